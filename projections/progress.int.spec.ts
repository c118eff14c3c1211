import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openEmbeddedCache } from '../ops/adapters/cache/embedded.ts';
import type { Cache } from '../ops/adapters/cache/port.ts';
import { migrate } from '../ops/adapters/tables/migrate.ts';
import type { Tables } from '../ops/adapters/tables/port.ts';
import { openTestTables } from '../ops/adapters/tables/testing.ts';
import { readProgressChannel, readWantedChannel } from '../schemas/records/gateway-message.ts';
import { workersMigrations } from '../workers/migrations.ts';
import { manualClock } from '../workers/testing/manual-clock.ts';
import { decodeProgress, encodeProgress, followProgress } from './progress.ts';

let tables: Tables;
let cache: Cache;
const clock = manualClock();
beforeEach(async () => {
  tables = await openTestTables();
  await migrate(tables, workersMigrations);
  cache = openEmbeddedCache({ now: () => 0 });
});
afterEach(async () => {
  await tables[Symbol.asyncDispose]();
});

const following = (waitersMax = 100) =>
  followProgress({
    cache,
    tables,
    partitions: 2,
    partitionOf: (key) => (key === 'first' ? 0 : 1),
    clock,
    waitersMax,
  });

async function checkpoints(...rows: readonly (readonly [string, number, number])[]) {
  for (const [projection, partition, position] of rows) {
    await tables.execute({
      text: `insert into projector.checkpoint (projection, partition, next_offset, position)
             values ($1, $2, 0, $3)
             on conflict (projection, partition) do update set position = excluded.position`,
      values: [projection, partition, position],
    });
  }
}
const say = (...pairs: [number, bigint][]) =>
  cache.publish(readProgressChannel, encodeProgress(new Map(pairs)));

/** Lets answers of the tables come in while no time passes. */
const soon = () => new Promise((resolve) => setTimeout(resolve, 100));

describe('the progress of the read models', () => {
  it('is right from the start: the least over projections and partitions', async () => {
    await checkpoints(['inbox', 0, 9], ['inbox', 1, 7], ['people', 0, 5], ['people', 1, 8]);
    await checkpoints(['inbox@next', 0, 1], ['inbox@next', 1, 1]);
    const progress = await following();
    expect(progress.reached()).toBe(5n);
    await progress[Symbol.asyncDispose]();
  });

  it('is nothing while a partition is unknown', async () => {
    await checkpoints(['inbox', 0, 9]);
    const progress = await following();
    expect(progress.reached()).toBe(0n);
    await progress[Symbol.asyncDispose]();
  });

  it('wakes those who wait when every partition is there, and those of a key earlier', async () => {
    const progress = await following();
    let all: bigint | null = null;
    const waiting = progress.waitFor(5n, { timeoutMs: 1_000 }).then((at) => {
      all = at;
    });
    const early = progress.waitForKey('first', 5n, { timeoutMs: 1_000 });
    await say([0, 6n]);
    expect(await early).toBe(6n);
    expect(all).toBeNull();
    await say([1, 7n]);
    await waiting;
    expect(all).toBe(6n);
    expect(clock.timers()).toBe(0);
    await progress[Symbol.asyncDispose]();
  });

  it('never goes back and is not confused by what is no progress', async () => {
    const progress = await following();
    await say([0, 6n], [1, 6n]);
    await say([0, 2n], [1, 3n], [99, 1n]);
    await cache.publish(readProgressChannel, 'what?');
    await soon();
    expect(progress.reached()).toBe(6n);
    await progress[Symbol.asyncDispose]();
  });

  it('gives up in time and says how far it is', async () => {
    const progress = await following();
    const waiting = progress.waitFor(5n, { timeoutMs: 150 });
    await say([0, 4n], [1, 3n]);
    await clock.advance(150);
    expect(await waiting).toBe(3n);
    expect(clock.timers()).toBe(0);
    await progress[Symbol.asyncDispose]();
  });

  it('asks the tables when it hears nothing while somebody waits', async () => {
    const progress = await following();
    const waiting = progress.waitFor(5n, { timeoutMs: 10_000 });
    await checkpoints(['inbox', 0, 5], ['inbox', 1, 6]);
    await clock.advance(200);
    expect(await waiting).toBe(5n);
    expect(clock.timers()).toBe(0);
    await progress[Symbol.asyncDispose]();
  });

  it('has no timer while nobody waits', async () => {
    const progress = await following();
    await say([0, 6n], [1, 6n]);
    expect(clock.timers()).toBe(0);
    expect(await progress.waitFor(6n, { timeoutMs: 1_000 })).toBe(6n);
    expect(clock.timers()).toBe(0);
    await progress[Symbol.asyncDispose]();
  });

  it('answers at once when too many wait, and lets all go when it ends', async () => {
    const progress = await following(2);
    const two = [1, 2].map(() => progress.waitFor(5n, { timeoutMs: 60_000 }));
    expect(await progress.waitFor(5n, { timeoutMs: 60_000 })).toBe(0n);
    await progress[Symbol.asyncDispose]();
    expect(await Promise.all(two)).toEqual([0n, 0n]);
  });
});

describe('what the projector says', () => {
  it('is read back as it was said', () => {
    const positions = new Map([
      [0, 9007199254740993n],
      [7, 1n],
    ]);
    expect(decodeProgress(encodeProgress(positions))).toEqual(positions);
    expect(decodeProgress('[[1]]')).toBeNull();
  });

  it('tells the projector that somebody waits, once until it is heard of again', async () => {
    await checkpoints(['inbox', 0, 1], ['inbox', 1, 1]);
    let asked = 0;
    await cache.subscribe(readWantedChannel, () => {
      asked += 1;
    });
    const progress = await following();
    await progress.waitFor(1n, { timeoutMs: 1_000 }); // is there already: nobody is bothered
    expect(asked).toBe(0);
    const first = progress.waitFor(5n, { timeoutMs: 1_000 });
    const second = progress.waitFor(6n, { timeoutMs: 1_000 });
    await clock.advance(0);
    expect(asked).toBe(1);
    await say([0, 5n], [1, 5n]);
    await first;
    await clock.advance(0);
    expect(asked).toBe(2); // for the second, who waits still
    await say([0, 6n], [1, 6n]);
    expect(await second).toBe(6n);
    await clock.advance(0);
    expect(asked).toBe(2);
    await progress[Symbol.asyncDispose]();
  });
});
