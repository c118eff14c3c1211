import { rmSync } from 'node:fs';
import type { Socket } from 'node:net';
import { createConnection, createServer } from 'node:net';
import { join } from 'node:path';
import type { Interface } from 'node:readline';
import { createInterface } from 'node:readline';

/** What a running platform does for another process of the same machine, and how it tells. */
export type Handlers = Readonly<
  Record<string, (args: readonly string[], out: Out, signal: AbortSignal) => Promise<number>>
>;
export type Out = { write(text: string): void; readonly isTTY?: boolean };

type Line = { readonly text: string } | { readonly exitCode: number } | { readonly failed: string };

const socketName = 'control.sock';

/**
 * Lets `npm run rebuild` and `npm run parked` work while the platform runs: a socket in the data
 * folder, open to whoever may enter the folder.
 */
export async function serveControl(folder: string, handlers: Handlers): Promise<AsyncDisposable> {
  const path = join(folder, socketName);
  rmSync(path, { force: true });
  const server = createServer((socket) => {
    const stop = new AbortController();
    socket.on('close', () => stop.abort());
    socket.on('error', () => stop.abort());
    const tell = (line: Line): void => {
      if (socket.writable) socket.write(`${JSON.stringify(line)}\n`);
    };
    linesOf(socket).once('line', (text) => {
      carryOut(text)
        .then((exitCode) => tell({ exitCode }))
        .catch((cause) => tell({ failed: cause instanceof Error ? cause.message : 'unknown' }))
        .finally(() => socket.end());
    });
    const carryOut = async (text: string): Promise<number> => {
      const { command, args, isTTY } = JSON.parse(text);
      const out = { write: (said: string) => tell({ text: said }), isTTY };
      const known = Object.hasOwn(handlers, command) ? handlers[command] : undefined;
      return known ? known(args, out, stop.signal) : 1;
    };
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  return {
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        rmSync(path, { force: true });
      }),
  };
}

/** Asks the platform that runs on this folder; null when none does. Answers with the exit code. */
export function askControl(
  folder: string,
  command: string,
  {
    args,
    out,
    signal,
  }: {
    readonly args: readonly string[];
    readonly out: Out;
    readonly signal: AbortSignal;
  },
): Promise<number | null> {
  return new Promise((resolve) => {
    const socket = createConnection(join(folder, socketName));
    let exitCode: number | null = null;
    socket.on('error', () => resolve(exitCode));
    socket.on('close', () => resolve(exitCode));
    signal.addEventListener('abort', () => socket.destroy());
    socket.on('connect', () => {
      exitCode = 1;
      socket.write(`${JSON.stringify({ command, args, isTTY: out.isTTY === true })}\n`);
    });
    linesOf(socket).on('line', (text) => {
      const line: Line = JSON.parse(text);
      if ('text' in line) out.write(line.text);
      else if ('failed' in line) out.write(`${line.failed}\n`);
      else exitCode = line.exitCode;
    });
  });
}

/** Lines of a socket. Their reader says the socket's errors once more, for nobody to hear. */
function linesOf(socket: Socket): Interface {
  return createInterface({ input: socket }).on('error', () => undefined);
}
