import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { PlainError } from '../../plain-error.ts';
import { ensureEngineFile, readEngineFile, urlOf } from './engine/files.ts';

/** An engine in a process of ours: native code that goes wrong ends only that. */
export type EngineProcess = {
  readonly url: string; // as PARLEY_ANALYTICS has it
  readonly pid: number;
  /** Resolves when it is gone, whoever ended it. */
  readonly exited: Promise<void>;
  stop(): Promise<void>;
};

const program = join(import.meta.dirname, '../../launch.cjs');
const script = join(import.meta.dirname, 'engine/main.ts');
const readyWithinMs = 60_000;
const stopWithinMs = 8_000;

/** How an engine is run from a shell, or from here. */
export function engineCommand(folder: string): {
  readonly program: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
} {
  return {
    program: process.execPath,
    args: [program, script, folder],
    environment: { UV_THREADPOOL_SIZE: '8' }, // as many statements at once
  };
}

/**
 * Starts an engine on a folder, which it holds alone, and waits until it answers. It ends with this
 * process. `orAny`: may take another port than the last time.
 */
export async function startEngine(
  folder: string,
  { orAny }: { readonly orAny: boolean },
): Promise<EngineProcess> {
  ensureEngineFile(folder);
  const { program: node, args, environment } = engineCommand(folder);
  const logFile = join(folder, 'log');
  const log = openSync(logFile, 'w', 0o600);
  // A session of its own: a Ctrl-C in the terminal must not end it before us.
  const child = spawn(node, [...args, '--with-parent', ...(orAny ? ['--any-port'] : [])], {
    env: { ...process.env, ...environment },
    detached: true,
    stdio: ['pipe', 'pipe', log],
  });
  closeSync(log);
  child.stdin?.on('error', () => undefined); // it is gone: `exited` says so
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve()).once('error', () => resolve());
  });
  const ready = child.stdout === null ? false : firstLine(child.stdout, exited);
  const pid = child.pid;
  if (!(await ready) || pid === undefined) {
    child.kill('SIGKILL');
    await exited;
    throw new PlainError(
      `The analytics engine did not start on ${folder} (${lastWords(logFile)}): mend that, or ` +
        'set PARLEY_ANALYTICS to off.',
    );
  }
  return {
    ...{ url: urlOf(readEngineFile(folder) ?? ensureEngineFile(folder)), pid, exited },
    stop: async () => {
      child.kill('SIGTERM');
      await Promise.race([exited, pause(stopWithinMs, undefined, { ref: false })]);
      child.kill('SIGKILL');
      await exited;
    },
  };
}

/** Whether it said that it is ready, before it ended and in time. */
async function firstLine(output: NodeJS.ReadableStream, exited: Promise<void>): Promise<boolean> {
  const lines = createInterface({ input: output });
  const said = new Promise<boolean>((resolve) => {
    lines.once('line', (line) => resolve(line.startsWith('ready ')));
  });
  const waiting = new AbortController();
  const late = pause(readyWithinMs, false, waiting).catch(() => false);
  try {
    return await Promise.race([said, exited.then(() => false), late]);
  } finally {
    waiting.abort();
  }
}

function lastWords(logFile: string): string {
  const said = readFileSync(logFile, 'utf8').trim().split('\n').at(-1);
  return said?.replace(/\.$/, '') || 'it said nothing';
}
