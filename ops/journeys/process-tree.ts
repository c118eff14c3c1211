import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { whenWeEnd } from '../ends-with-us.ts';
import { freePort } from '../free-port.ts';
import { openHearing } from './hearing.ts';

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
  /** Null while it does not run. */
  pid(): number | null;
  /** The newest of what it printed, over all its starts. */
  said(): string;
  /** Lines of its log that tell of a defect, since it was asked last. */
  takeDefects(): readonly string[];
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

/** On a folder of its own, or on one that is given and stays; `code` is whose programs they are. */
export function openProcessTree({
  data,
  code = root,
}: {
  readonly data?: string | undefined;
  readonly code?: string | undefined;
} = {}): ProcessTree {
  const folder = data ?? mkdtempSync(join(tmpdir(), 'parley-tree-'));
  const programs: Program[] = [];
  const callOff = whenWeEnd(() => {
    for (const program of programs) void program.stop();
  });
  return {
    folder,
    program: async ({ name, script, serves = false, environment = {} }) => {
      const port = serves ? await freePort() : 0;
      const program = openProgram({
        ...{ name, script, code, url: serves ? `http://127.0.0.1:${port}` : '' },
        environment: { PARLEY_DATA: folder, PARLEY_PORT: String(port), ...environment },
      });
      programs.push(program);
      await program.start();
      return program;
    },
    [Symbol.asyncDispose]: async () => {
      for (const program of programs.toReversed()) await program.stop();
      callOff();
      if (data === undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
}

function openProgram({
  name,
  script,
  code,
  url,
  environment,
}: {
  readonly name: string;
  readonly code: string;
  readonly script: readonly string[];
  readonly url: string;
  readonly environment: Readonly<Record<string, string>>;
}): Program {
  let child: ChildProcess | null = null;
  const heard = openHearing();
  const runs = (): boolean => child?.exitCode === null && child.signalCode === null;
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    if (!runs()) return null;
    const ended = new Promise<number | null>((resolve) => child?.once('close', resolve));
    child?.kill(signal);
    return ended;
  };
  return {
    ...{ name, url },
    start: () => {
      const started = spawn(process.execPath, ['ops/launch.cjs', ...script], {
        cwd: code,
        env: { ...process.env, ...environment },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      child = started;
      return new Promise((resolve, reject) => {
        let said = '';
        const hear = (text: Buffer): void => {
          said += String(text);
          heard.hear(String(text));
          if (/Ctrl-C stops it/.test(said)) resolve();
        };
        started.stdout.on('data', hear);
        started.stderr.on('data', hear);
        started.once('exit', () => reject(new Error(`${name} ended: ${said}`)));
      });
    },
    kill: async () => {
      await end('SIGKILL');
    },
    stop: (signal = 'SIGTERM') => end(signal),
    pid: () => (runs() ? (child?.pid ?? null) : null),
    said: heard.newest,
    takeDefects: heard.takeDefects,
  };
}
