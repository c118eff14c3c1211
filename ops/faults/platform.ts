import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { treeOf } from '../bench/load/processes.ts';
import type { ProcessTree, Program } from '../journeys/process-tree.ts';
import { openProcessTree } from '../journeys/process-tree.ts';

/** A platform under test: its programs, and where its APIs answer. */
export type Subject = AsyncDisposable & {
  readonly folder: string;
  readonly programs: readonly Program[];
  readonly urls: readonly string[];
  /** Options that name its machines, where these are not the engines that it serves itself. */
  readonly machines?: Readonly<Record<string, string>> | undefined;
  /** Errors without a plain sentence since it was asked last. */
  takeDefects(): readonly string[];
};

/** People of a load ask more than people do, and longer than a token is good for. */
export const unlimited = {
  PARLEY_COST_PER_MINUTE: '2000000000',
  PARLEY_FRAMES_PER_SECOND: '10000',
  PARLEY_ACCESS_TOKEN_MINUTES: '1440',
};

export type SubjectOptions = {
  readonly code: string;
  readonly data?: string | undefined; // its folder; one of its own unless told
  readonly environment?: Readonly<Record<string, string>> | undefined;
};

/** Everything in one process, as `npm start` makes it. */
export async function startWhole({ code, data, environment }: SubjectOptions): Promise<Subject> {
  const tree = openProcessTree({ code, data });
  const script = ['ops/start.ts', '--serve-engines'];
  return subjectOf(tree, () => [
    tree.program({
      ...{ name: 'platform', script, serves: true },
      environment: { ...unlimited, ...environment },
    }),
  ]);
}

/** Engines, two APIs and each worker as a process of its own, with a second of each behind it. */
export async function startApart({ code, environment = {} }: SubjectOptions): Promise<Subject> {
  const tree = openProcessTree({ code });
  const base = { ...unlimited, ...environment };
  const worker = (name: string, workers: string) => () =>
    tree.program({
      ...{ name, script: ['workers/main.ts'] },
      environment: { ...base, PARLEY_WORKERS: workers },
    });
  const api = (name: string) => () =>
    tree.program({ name, script: ['api/main.ts'], serves: true, environment: base });
  const engines = ['ops/start.ts', '--engines-only'];
  const steps = [
    () => tree.program({ name: 'engines', script: engines, environment: base }),
    worker('relay', 'relay'),
    worker('projector', 'projector'),
    worker('courier', 'courier'),
    worker('a second of each', 'relay,projector,courier'),
    api('api 1'),
    api('api 2'),
  ];
  return subjectOf(tree, function* () {
    for (const step of steps) yield step();
  });
}

async function subjectOf(
  tree: ProcessTree,
  starts: () => Iterable<Promise<Program>>,
): Promise<Subject> {
  const programs: Program[] = [];
  for (const started of starts()) programs.push(await started);
  return {
    ...{ folder: tree.folder, programs },
    urls: programs.map(({ url }) => url).filter((url) => url !== ''),
    takeDefects: () => programs.flatMap((program) => program.takeDefects()).map(sentenceOf),
    [Symbol.asyncDispose]: async () => {
      await tree[Symbol.asyncDispose]();
      endPostgres(tree.folder);
    },
  };
}

/** An error that nobody had a plain sentence for, as a program logged it. */
export function sentenceOf(line: string): string {
  const { cause, stack = '' } = JSON.parse(line);
  const [, where = ''] = String(stack).split('\n');
  return `an error without a plain sentence: ${cause} ${where.trim()}`;
}

/** The process of the embedded Postgres on a data folder; null when none runs. */
export function postgresOf(folder: string): number | null {
  const file = join(folder, 'postgres/data/postmaster.pid');
  if (!existsSync(file)) return null;
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
  const name = `/proc/${pid}/comm`;
  return existsSync(name) && readFileSync(name, 'utf8').startsWith('postgres') ? pid : null;
}

/** Every process that works on a data folder. */
export function processesOf({ programs, folder }: Pick<Subject, 'programs' | 'folder'>) {
  const roots = [...programs.map((program) => program.pid()), postgresOf(folder)];
  return [...new Set(roots.flatMap((pid) => (pid === null ? [] : treeOf(pid))))];
}

/** A platform that was killed leaves its Postgres behind. */
export function endPostgres(folder: string): void {
  const pid = postgresOf(folder);
  if (pid !== null) signalAll(treeOf(pid), 'SIGKILL');
}

export function signalAll(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {}
  }
}
