import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { files, root } from '../../tidy/sources.ts';
import type { Somebody } from '../load/people.ts';

/** A group whose history has so many messages, all of 200 bytes. */
export type History = {
  readonly messages: number;
  readonly conversationId: string;
  readonly memberAt: number; // place of a member in `people`
  readonly positions: { readonly first: string; readonly last: string };
};

/** What a seeded folder holds, in the ids that clients use. */
export type World = {
  readonly people: readonly Somebody[]; // their tokens last a year
  readonly histories: readonly History[]; // of 100, 1,000 … messages
  readonly inboxOf: number; // place in `people` of somebody with 100 conversations
};

/**
 * `people` is 1,000 people who have not met. `history-N` has groups of 100, 1,000 … up to 10 to the
 * power N messages besides, and an inbox.
 */
export type WorldName = 'people' | 'history-4' | 'history-5' | 'history-6';

export type OpenedWorld = World & { readonly folder: string };

const cache = process.env.PARLEY_TEST_SEEDED ?? join(root, 'ops/bench/seeded');

/**
 * The seeded folder itself, made when it is missing. Benches that only read, or write a little
 * elsewhere, may start a platform on it.
 */
export function seededWorld(name: WorldName): OpenedWorld {
  const folder = join(cache, `${name}-${fingerprint()}`);
  if (!existsSync(folder)) seed(name, folder);
  const world: World = JSON.parse(readFileSync(join(folder, 'world.json'), 'utf8'));
  return { ...world, folder: join(folder, 'data') };
}

/** A copy that the caller may fill, and removes. */
export function copiedWorld(name: WorldName): OpenedWorld & Disposable {
  const seeded = seededWorld(name);
  const copy = mkdtempSync(join(tmpdir(), 'parley-bench-'));
  execFileSync('cp', ['-a', '--reflink=auto', `${seeded.folder}/.`, copy]);
  return {
    ...{ ...seeded, folder: copy },
    [Symbol.dispose]: () => rmSync(copy, { recursive: true, force: true }),
  };
}

const stored = [
  /^schemas\/events\/(codec|account|conversation|participation)\.ts$/,
  /^schemas\/records\/(encode|envelope|topics)\.ts$/,
  /^projections\/.*\/(table\.sql|changes\.ts|rows\.ts)$/,
  /^domain\/.*\/(events|snapshot)\.ts$/,
  /^(ops\/bench\/seed\/seed|workers\/migrations)\.ts$/,
];

/** What is stored, and how it is seeded: when either changes, old folders are of no use. */
function fingerprint(): string {
  const hash = createHash('sha256');
  for (const path of [...files()].sort()) {
    if (!stored.some((pattern) => pattern.test(path))) continue;
    hash.update(readFileSync(join(root, path), 'utf8').replace(/\s+/g, ' '));
  }
  return hash.digest('hex').slice(0, 12);
}

/** In a process of its own, complete or not at all. */
function seed(name: WorldName, folder: string): void {
  mkdirSync(cache, { recursive: true });
  const making = mkdtempSync(join(cache, 'making-'));
  console.log(`  seeding ${name} into ${cache}`);
  const startedAt = performance.now();
  const { status } = spawnSync(process.execPath, [join(import.meta.dirname, 'seed.ts')], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, PARLEY_TEST_WORLD: name, PARLEY_DATA: join(making, 'data') },
  });
  if (status !== 0) {
    rmSync(making, { recursive: true, force: true });
    throw new Error(`seeding ${name} ended with ${status}`);
  }
  cpSync(join(making, 'data', 'world.json'), join(making, 'world.json'));
  renameSync(making, folder);
  const size = execFileSync('du', ['-sm', folder]).toString().split('\t')[0];
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(0);
  console.log(`  seeded ${name}: ${size} MiB in ${seconds} s`);
}
