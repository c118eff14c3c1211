import type { AllStreamSubscription, StreamSubscription } from '@eventstore/db-client';
import {
  binaryEvent,
  END,
  EventStoreDBClient,
  eventTypeFilter,
  excludeSystemEvents,
  jsonEvent,
  START,
  streamNameFilter,
  UnavailableError,
} from '@eventstore/db-client';
import { describe, expect, test } from 'vitest';
import { openEngine } from '../engine.ts';
import { newFolder } from '../testing/folder.ts';
import { numbered, numbersOf, serveForSpec, someStream } from '../testing/server.ts';
import { serveEventStore } from './serve.ts';

const { client, engine } = serveForSpec();
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

type Subscription = StreamSubscription | AllStreamSubscription;

/** Everything in order as words: `caughtUp` or the number of an event. */
async function collect(
  subscription: Subscription,
  until: (seen: readonly unknown[]) => boolean,
): Promise<readonly unknown[]> {
  const seen: unknown[] = [];
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const note = (what: unknown): void => {
    seen.push(what);
    if (until(seen)) resolve();
  };
  subscription.on('caughtUp', () => note('caughtUp')).on('error', reject);
  subscription.on('data', (resolved: { event?: { data: unknown } }) =>
    note(numbersOf([resolved])[0]),
  );
  await promise;
  await pause(20); // what should not come has a chance to
  await subscription.unsubscribe();
  return seen;
}

const count = (length: number) => (seen: readonly unknown[]) => seen.length >= length;

describe('the server, following a stream,', () => {
  test.each([
    [START, [0, 1, 2, 3, 'caughtUp', 4]],
    [2n, [3, 'caughtUp', 4]],
    [END, ['caughtUp', 4]],
  ] as const)(
    'from %s sends what comes after it, caught-up once, then what is new',
    async (fromRevision, wanted) => {
      const stream = someStream();
      await client().appendToStream(stream, numbered(4));
      const subscription = client().subscribeToStream(stream, { fromRevision });
      subscription.on('caughtUp', () => void client().appendToStream(stream, numbered(1, 4)));
      expect(await collect(subscription, count(wanted.length))).toEqual(wanted);
    },
  );

  test('waits for one that is not there', async () => {
    const stream = someStream();
    const subscription = client().subscribeToStream(stream);
    subscription.on('caughtUp', () => void client().appendToStream(stream, numbered(2)));
    expect(await collect(subscription, count(3))).toEqual(['caughtUp', 0, 1]);
  });

  test('has no gap and no repeat between history and live, in 80 rounds', async () => {
    for (let round = 0; round < 80; round += 1) {
      const stream = someStream();
      await client().appendToStream(stream, numbered(10));
      const live = [10, 20, 30].map((from) => client().appendToStream(stream, numbered(10, from)));
      const seen = await collect(client().subscribeToStream(stream), (items) => {
        return (
          items.filter((item) => item !== 'caughtUp').length >= 40 && items.includes('caughtUp')
        );
      });
      await Promise.all(live);
      expect(seen.filter((item) => item === 'caughtUp')).toHaveLength(1);
      const numbers = seen.filter((item) => item !== 'caughtUp').map(Number);
      expect(numbers.toSorted((a, b) => a - b)).toEqual(
        numbered(40).map(({ data }) => data.number),
      );
    }
  });
});

describe('the server, following $all,', () => {
  test('begins after a position, or at the end', async () => {
    const stream = someStream();
    await client().appendToStream(stream, numbered(1));
    const { position } = await client().appendToStream(stream, numbered(1, 1));
    await client().appendToStream(stream, numbered(2, 2));
    const fromPosition = position ?? END;
    const seen = await collect(client().subscribeToAll({ fromPosition }), count(3));
    expect(seen).toEqual([2, 3, 'caughtUp']);
    const live = client().subscribeToAll({ fromPosition: END });
    live.on('caughtUp', () => void client().appendToStream(stream, numbered(1, 9)));
    expect(await collect(live, count(2))).toEqual(['caughtUp', 9]);
  });

  const mark = someStream();
  test.each([
    ['prefixes of streams', streamNameFilter({ prefixes: [`${mark}-a`, 'none-'] }), [0, 1]],
    ['an expression on streams', streamNameFilter({ regex: `${mark}-[b]$` }), [2, 3]],
    ['prefixes of types', eventTypeFilter({ prefixes: [`${mark}-t`] }), [4]],
    [
      'an expression on types, anchored nowhere',
      eventTypeFilter({ regex: `${mark.slice(3)}-t` }),
      [4],
    ],
  ] as const)('filters by %s', async (_by, filter, numbers) => {
    await client().appendToStream(`${mark}-a`, numbered(2), { expectedRevision: 'any' });
    await client().appendToStream(`${mark}-b`, numbered(2, 2));
    const typed = jsonEvent({ type: `${mark}-typed`, data: { number: 4 } });
    await client().appendToStream('others', typed);
    const subscription = client().subscribeToAll({ filter });
    const seen = await collect(subscription, (items) => items.includes('caughtUp'));
    expect(new Set(seen)).toEqual(new Set([...numbers, 'caughtUp']));
  });

  test('leaves system events out where asked', async () => {
    await client().setStreamMetadata(someStream(), { mine: 1 });
    const subscription = client().subscribeToAll({ filter: excludeSystemEvents() });
    const types = new Set<string>();
    subscription.on('data', ({ event }) => types.add(event?.type ?? 'none'));
    await collect(subscription, (items) => items.includes('caughtUp'));
    expect([...types].filter((type) => type.startsWith('$'))).toEqual([]);
  });

  test('sends a slow reader a checkpoint for every two windows of 32, in order', async () => {
    const after = await client().appendToStream(someStream(), numbered(1));
    const stream = someStream();
    for (let at = 0; at < 384; at += 1) {
      const target = at % 2 === 0 ? stream : someStream();
      await client().appendToStream(target, numbered(1, at));
    }
    const order: bigint[] = [];
    let checkpoints = 0;
    const subscription = client().subscribeToAll({
      fromPosition: after.position ?? START,
      filter: streamNameFilter({
        ...{ prefixes: [stream], checkpointInterval: 2 },
        checkpointReached: async (_subscription, { commit }) => {
          checkpoints += 1;
          order.push(commit);
          await pause(20);
        },
      }),
    });
    subscription.on('data', ({ event }) => order.push(event?.position?.commit ?? 0n));
    await collect(subscription, (items) => items.includes('caughtUp'));
    expect(checkpoints).toBeGreaterThanOrEqual(6);
    expect(checkpoints).toBeLessThanOrEqual(7);
    expect(order).toEqual(order.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0)));
  });

  test('reads no further than a reader that stands still can take', async () => {
    const stream = someStream();
    const data = Buffer.alloc(10_000, 'x');
    for (let at = 0; at < 60; at += 1) {
      const events = Array.from({ length: 100 }, () => binaryEvent({ type: 'big', data }));
      await client().appendToStream(stream, events);
    }
    const before = engine().counters().eventsRead;
    const reading = client().readStream(stream)[Symbol.asyncIterator]();
    const subscription = client().subscribeToStream(stream);
    await reading.next();
    await pause(300);
    expect(engine().counters().eventsRead - before).toBeLessThan(6_000); // of 12,000
    await reading.return?.();
    await subscription.unsubscribe();
  });

  test('ends as unavailable when it is closed', async () => {
    const { path, dispose } = await newFolder();
    const engine = await openEngine({ path });
    const server = await serveEventStore(engine, { port: 0 });
    const address = `esdb://127.0.0.1:${server.port}?tls=false`;
    const other = EventStoreDBClient.connectionString(address);
    const failed = new Promise((resolve) => {
      const subscription = other.subscribeToAll();
      subscription.on('caughtUp', () => void server.dispose()).on('error', resolve);
    });
    expect(await failed).toBeInstanceOf(UnavailableError);
    await other.dispose();
    await engine[Symbol.asyncDispose]();
    await dispose();
  });
});
