import { spawn } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readlinkSync,
  realpathSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { PlainError } from '../plain-error.ts';
import { isProcessAlive } from '../process-alive.ts';
import type { Place, StackServer } from './server.ts';

/** A server that runs, whoever started it. */
export type Running = Place & { readonly name: string; readonly pid: number };

const readyWithinMs = 180_000; // a busy machine takes long over a node in Java
const stopWithinMs = 20_000;

/** Starts a server that was fetched, and waits until it answers. It outlives this process. */
export async function startServer(server: StackServer, on: Place): Promise<Running> {
  mkdirSync(on.folder, { recursive: true });
  const { program, args, environment } = await server.command(on);
  const log = openSync(join(on.folder, 'log'), 'a');
  const child = spawn(program, args, {
    cwd: on.folder,
    env: { ...process.env, ...environment },
    detached: true, // Ctrl-C in the terminal is not meant for it
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  let ended: string | null = null;
  child.once('error', ({ message }) => {
    ended = message;
  });
  child.once('exit', (code, signal) => {
    ended = `it ended with ${code ?? signal}`;
  });
  child.unref();
  for (const began = performance.now(); performance.now() - began < readyWithinMs; ) {
    if (ended !== null) break;
    if (child.pid !== undefined && (await server.isReady(on.port))) {
      return { ...on, name: server.name, pid: child.pid };
    }
    await pause(50);
  }
  child.kill('SIGKILL');
  throw new PlainError(
    `${server.name} did not start on port ${on.port} (${ended ?? 'it did not answer'}): its own ` +
      `words are in ${join(on.folder, 'log')}.`,
  );
}

/** Ends a server, and waits until it is gone: asked first, killed when it does not listen. */
export async function stopServer(running: Running): Promise<void> {
  if (!isAlive(running)) return;
  process.kill(running.pid, 'SIGTERM');
  for (let waitedMs = 0; waitedMs < stopWithinMs && isAlive(running); waitedMs += 20) {
    await pause(20);
  }
  await killServer(running);
}

/**
 * Ends a server and what it started, without a word, and waits until all of it is gone. Those it
 * started come first: it alone can take their names off the list of processes.
 */
export async function killServer(running: Running): Promise<void> {
  if (!isAlive(running)) return;
  const own = childrenOf(running.pid);
  const below = own.flatMap(descendantsOf);
  for (const pid of [...own, ...below]) kill(pid);
  while (below.some(isProcessAlive) || own.some((pid) => existsSync(`/proc/${pid}`))) {
    await pause(20);
  }
  if (isAlive(running)) kill(running.pid);
  while (isAlive(running)) await pause(20);
}

/** Without waiting: for whoever has no time left. */
export function killAtOnce(running: Running): void {
  if (!isAlive(running)) return;
  for (const pid of [...descendantsOf(running.pid), running.pid]) kill(pid);
}

/** One that ended since it was looked at is as good as killed. */
function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (cause) {
    if (isProcessAlive(pid)) throw cause;
  }
}

function descendantsOf(pid: number): readonly number[] {
  return childrenOf(pid).flatMap((child) => [child, ...descendantsOf(child)]);
}

function childrenOf(pid: number): readonly number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return text.split(' ').filter(Boolean).map(Number);
}

/** By its working folder: another program may have the number by now. */
export function isAlive({ pid, folder }: Running): boolean {
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(folder);
  } catch {
    return false;
  }
}
