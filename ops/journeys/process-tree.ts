import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** One of the platform's programs as a process that can be killed and started again. */
export type Program = {
  readonly name: string;
  readonly url: string; // the same after each start; empty without an API
  start(): Promise<void>;
  /** SIGKILL: no warning, no cleaning up. */
  kill(): Promise<void>;
  /** Answers with the exit code. */
  stop(signal?: 'SIGTERM' | 'SIGINT'): Promise<number | null>;
  /** All that it printed, over all its starts. */
  said(): string;
};

/** A data folder, and the programs that work on it; all are ended when it is disposed. */
export type ProcessTree = AsyncDisposable & {
  readonly folder: string;
  program(options: {
    readonly name: string;
    readonly script: readonly string[]; // and its arguments
    readonly serves?: boolean; // on a port of its own
    readonly environment?: Readonly<Record<string, string>>;
  }): Promise<Program>;
};

export function openProcessTree(): ProcessTree {
  const folder = mkdtempSync(join(tmpdir(), 'parley-tree-'));
  const programs: Program[] = [];
  return {
    folder,
    program: async ({ name, script, serves = false, environment = {} }) => {
      const port = serves ? await freePort() : 0;
      const program = openProgram({
        ...{ name, script, url: serves ? `http://127.0.0.1:${port}` : '' },
        environment: { PARLEY_DATA: folder, PARLEY_PORT: String(port), ...environment },
      });
      programs.push(program);
      await program.start();
      return program;
    },
    [Symbol.asyncDispose]: async () => {
      for (const program of programs.toReversed()) await program.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function openProgram({
  name,
  script,
  url,
  environment,
}: {
  readonly name: string;
  readonly script: readonly string[];
  readonly url: string;
  readonly environment: Readonly<Record<string, string>>;
}): Program {
  let child: ChildProcess | null = null;
  let words = '';
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    if (child === null || child.exitCode !== null || child.signalCode !== null) return null;
    const ended = new Promise<number | null>((resolve) => child?.once('close', resolve));
    child.kill(signal);
    return ended;
  };
  return {
    ...{ name, url },
    start: () => {
      const started = spawn(process.execPath, ['ops/launch.cjs', ...script], {
        cwd: root,
        env: { ...process.env, ...environment },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      child = started;
      return new Promise((resolve, reject) => {
        const before = words.length;
        const hear = (text: Buffer): void => {
          words += String(text);
          if (/Ctrl-C stops it/.test(words.slice(before))) resolve();
        };
        started.stdout.on('data', hear);
        started.stderr.on('data', hear);
        started.once('exit', () => reject(new Error(`${name} ended: ${words.slice(before)}`)));
      });
    },
    kill: async () => {
      await end('SIGKILL');
    },
    stop: (signal = 'SIGTERM') => end(signal),
    said: () => words,
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
