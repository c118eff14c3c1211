import type { ChildProcess } from 'node:child_process';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { askControl } from '../../control.ts';
import type { Counters } from '../../counters.ts';
import { root } from '../../tidy/sources.ts';
import type { Inspector } from './inspector.ts';
import { openInspector } from './inspector.ts';
import type { Usage } from './processes.ts';
import { usageOf } from './processes.ts';

/** A server in a process tree of its own that can be watched. */
export type Watched = {
  readonly url: string;
  readonly pid: number;
  readonly inspector: Inspector | null; // where it was asked for
  usage(): Usage;
  /** Exact counts since its start; none of a server that keeps none. */
  counters(): Promise<Counters>;
  [Symbol.asyncDispose](): Promise<void>;
};

/** A platform of its own, as `npm start` makes it. */
export type Subject = Watched & {
  readonly folder: string; // its data; they stay when the folder was given
  readonly readyMs: number; // from the spawn until it said that it is ready
  /** What another process of the machine may ask it: the text it wrote. */
  control(command: string, args?: readonly string[]): Promise<string>;
};

export type ServerOptions = {
  readonly inspected?: boolean | undefined; // by the protocol of the debugger
  readonly environment?: Readonly<Record<string, string>> | undefined;
};

const canPin = availableParallelism() > 1 && spawnSync('taskset', ['--version']).status === 0;
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
/** Set by `npm run bench -- NAME --profile`. */
export const profiling = process.env.PARLEY_TEST_PROFILE === '1';

/** The load's own process goes to core 1, so that the platform has core 0 for itself. */
export function pinLoad(): string {
  if (!canPin) return 'not pinned';
  spawnSync('taskset', ['-acp', '1', String(process.pid)], { stdio: 'ignore' });
  return 'platform on core 0, load on core 1';
}

export async function startSubject({
  folder,
  options = {},
  inspected = false,
}: {
  readonly folder?: string | undefined;
  readonly options?: Readonly<Record<string, string>> | undefined;
  readonly inspected?: boolean | undefined;
} = {}): Promise<Subject> {
  const data = folder ?? mkdtempSync(join(tmpdir(), 'parley-bench-'));
  const startedAt = performance.now();
  const server = await startServer('ops/start.ts', {
    inspected,
    environment: { ...unlimited, ...options, PARLEY_DATA: data, PARLEY_PORT: '0' },
  });
  const readyMs = performance.now() - startedAt;
  const control = async (command: string, args: readonly string[] = []): Promise<string> => {
    let said = '';
    const out = {
      write: (text: string) => {
        said += text;
      },
    };
    await askControl(data, command, { args, out, signal: new AbortController().signal });
    return said;
  };
  return {
    ...{ ...server, folder: data, readyMs, control },
    counters: async () => JSON.parse(await control('counters')),
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      if (folder === undefined) rmSync(data, { recursive: true, force: true });
    },
  };
}

/** Starts a program that says `http://…/ status` and, when it is ready, `Ctrl-C`, on core 0. */
export async function startServer(
  path: string,
  { inspected = false, environment = {} }: ServerOptions,
): Promise<Watched> {
  const watched = inspected || profiling ? ['--inspect=127.0.0.1:0'] : [];
  const asNpmStarts = ['--v8-pool-size=1', '--disable-warning=ExperimentalWarning'];
  const start = [process.execPath, ...asNpmStarts, ...watched, path];
  const [program = '', ...args] = canPin ? ['taskset', '-c', '0', ...start] : start;
  const child = spawn(program, args, {
    cwd: root,
    stdio: ['ignore', 'pipe', watched.length > 0 ? 'pipe' : 'inherit'],
    env: { ...process.env, ...environment },
  });
  const end = () => child.kill('SIGTERM');
  process.once('exit', end); // a bench that fails or is stopped leaves no server behind
  const [url, inspector] = await Promise.all([
    readyUrl(child),
    watched.length > 0 ? openInspector(child) : null,
  ]);
  const pid = child.pid ?? 0;
  return {
    ...{ url, pid, inspector },
    usage: () => usageOf(pid),
    counters: async () => ({}),
    [Symbol.asyncDispose]: async () => {
      inspector?.close();
      process.off('exit', end);
      end();
      if (child.exitCode === null) await new Promise((resolve) => child.once('exit', resolve));
    },
  };
}

/** What one person may ask is not what is measured, and seeded tokens last longer than a bench. */
export const unlimited = {
  PARLEY_COST_PER_MINUTE: '2000000000',
  PARLEY_FRAMES_PER_SECOND: '100000',
  PARLEY_ACCESS_TOKEN_MINUTES: '1440',
};

function readyUrl(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stdout?.on('data', (part) => {
      said += part;
      const url = /(http:\S+?)\/ +status/.exec(said)?.[1];
      if (url && /Ctrl-C/.test(said)) resolve(url);
    });
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}: ${said}`)));
  });
}
