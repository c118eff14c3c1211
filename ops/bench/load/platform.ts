import type { ChildProcess } from 'node:child_process';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Usage } from './processes.ts';
import { usageOf } from './processes.ts';

/** A platform of its own as a process tree, as `npm start` makes it. */
export type Subject = {
  readonly url: string;
  readonly folder: string; // its data
  readonly pid: number;
  usage(): Usage;
  /** Stops it; its data stay when a folder was given. */
  [Symbol.asyncDispose](): Promise<void>;
};

export const root = fileURLToPath(new URL('../../..', import.meta.url));
const canPin = availableParallelism() > 1 && spawnSync('taskset', ['--version']).status === 0;

/** The load's own process goes to core 1, so that the platform has core 0 for itself. */
export function pinLoad(): string {
  if (!canPin) return 'not pinned';
  spawnSync('taskset', ['-acp', '1', String(process.pid)], { stdio: 'ignore' });
  return 'platform on core 0, load on core 1';
}

export async function startSubject({
  folder,
  options = {},
}: {
  readonly folder?: string | undefined;
  readonly options?: Readonly<Record<string, string>> | undefined;
} = {}): Promise<Subject> {
  const data = folder ?? mkdtempSync(join(tmpdir(), 'parley-bench-'));
  const profile = process.env.PARLEY_TEST_PROFILE; // a folder for Node's CPU profiles
  const watched = profile ? ['--cpu-prof', `--cpu-prof-dir=${profile}`] : [];
  const start = [process.execPath, ...watched, join(root, 'ops/start.ts')];
  const [program = '', ...args] = canPin ? ['taskset', '-c', '0', ...start] : start;
  const child = spawn(program, args, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...unlimited, ...options, PARLEY_DATA: data, PARLEY_PORT: '0' },
  });
  const url = await readyUrl(child);
  const pid = child.pid ?? 0;
  return {
    ...{ url, folder: data, pid },
    usage: () => usageOf(pid),
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGTERM');
      if (child.exitCode === null) await new Promise((resolve) => child.once('exit', resolve));
      if (folder === undefined) rmSync(data, { recursive: true, force: true });
    },
  };
}

/** What one person may ask is not what is measured. */
const unlimited = { PARLEY_COST_PER_MINUTE: '2000000000', PARLEY_FRAMES_PER_SECOND: '100000' };

function readyUrl(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stdout?.on('data', (part) => {
      said += part;
      const url = /(http:\S+?)\/ +status/.exec(said)?.[1];
      if (url && /Ctrl-C/.test(said)) resolve(url);
    });
    child.once('exit', (code) => reject(new Error(`the platform ended with ${code}: ${said}`)));
  });
}
