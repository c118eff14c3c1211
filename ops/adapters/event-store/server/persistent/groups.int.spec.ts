import type {
  EventStoreDBClient,
  PersistentSubscriptionToAllSettings,
} from '@eventstore/db-client';
import {
  persistentSubscriptionToAllSettingsFromDefaults as allDefaults,
  END,
  eventTypeFilter,
  PersistentSubscriptionDoesNotExistError,
  PersistentSubscriptionDroppedError,
  PersistentSubscriptionExistsError,
  PersistentSubscriptionMaximumSubscribersReachedError,
  START,
  streamNameFilter,
} from '@eventstore/db-client';
import { describe, expect, test } from 'vitest';
import type { TestConsumer } from '../../testing/consumers.ts';
import { consumer, eventually, settings, upTo } from '../../testing/consumers.ts';
import { all, numbered, serveForSpec, someStream } from '../../testing/server.ts';

const { client } = serveForSpec();
const group = 'the-group';

const create = (stream: string, changed: Parameters<typeof settings>[0] = {}) =>
  client().createPersistentSubscriptionToStream(stream, group, settings(changed));
const subscribe = (stream: string): TestConsumer =>
  consumer(client().subscribeToPersistentSubscriptionToStream(stream, group));
const infoOf = (stream: string) => client().getPersistentSubscriptionToStreamInfo(stream, group);

describe('a group', () => {
  test.each([
    [START, [0, 1, 2, 3]],
    [2n, [2, 3]],
    [END, []],
  ] as const)(
    'from %s begins there, the end being that of when it was made',
    async (startFrom, old) => {
      const stream = someStream();
      await client().appendToStream(stream, numbered(4));
      await create(stream, { startFrom });
      await client().appendToStream(stream, numbered(2, 4));
      const one = subscribe(stream);
      await eventually(() => expect(one.numbers()).toEqual([...old, 4, 5]));
      await one.leave();
    },
  );

  test('is made once, on a stream that need not be there', async () => {
    const stream = 'ᄉ대화-ไทย';
    await create(stream);
    const error = await create(stream).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(PersistentSubscriptionExistsError);
    const one = subscribe(stream);
    await client().appendToStream(stream, numbered(1));
    await eventually(() => expect(one.numbers()).toEqual([0]));
    await one.leave();
  });

  test('that is not there is told as that by whatever asks for it', async () => {
    const stream = someStream();
    const asks: readonly (() => Promise<unknown>)[] = [
      () => infoOf(stream),
      () => client().updatePersistentSubscriptionToStream(stream, group, settings()),
      () => client().deletePersistentSubscriptionToStream(stream, group),
      () => client().replayParkedMessagesToStream(stream, group),
      () => client().replayParkedMessagesToAll(group),
      () => client().listPersistentSubscriptionsToStream(stream),
      () => subscribe(stream).ended,
    ];
    for (const ask of asks) {
      const told = await ask().catch((cause: unknown) => cause);
      expect(told).toBeInstanceOf(PersistentSubscriptionDoesNotExistError);
    }
    await expect(client().listPersistentSubscriptionsToStream(stream)).rejects.toThrow(
      `5 NOT_FOUND: Subscription group  on stream ${stream} does not exist.`,
    );
  });

  test.each([
    [{ readBatchSize: 0 }, /read_batch_size/],
    [{ historyBufferSize: 100_000 }, /history_buffer_size/],
    [{ checkPointLowerBound: 5, checkPointUpperBound: 4 }, /max_checkpoint_count/],
    [{ maxRetryCount: -1 }, /max_retry_count/],
    [{ messageTimeout: -1 }, /message_timeout/],
  ])('with %o is refused, and the field named', async (changed, field) => {
    await expect(create(someStream(), changed)).rejects.toThrow(field);
  });

  test('lets in no more consumers than it says', async () => {
    const stream = someStream();
    await create(stream, { maxSubscriberCount: 1 });
    const first = subscribe(stream);
    await first.confirmed();
    expect(await subscribe(stream).ended).toBeInstanceOf(
      PersistentSubscriptionMaximumSubscribersReachedError,
    );
    await first.leave();
  });

  test('that is changed ends its consumers, keeps its place and what was parked', async () => {
    const stream = someStream();
    await create(stream);
    await client().appendToStream(stream, numbered(5));
    const subscription = client().subscribeToPersistentSubscriptionToStream(stream, group);
    const first = consumer(subscription, ({ number }) => (number === 1 ? 'park' : 'ack'));
    await eventually(async () => {
      expect((await infoOf(stream)).stats).toMatchObject({ parkedMessageCount: 1n });
      expect(first.numbers()).toEqual(upTo(5));
      expect((await infoOf(stream)).stats.totalInFlightMessages).toBe(0);
    });
    const changed = settings({ maxRetryCount: 77, consumerStrategyName: 'Pinned' });
    await client().updatePersistentSubscriptionToStream(stream, group, changed);
    expect(await first.ended).toBeInstanceOf(PersistentSubscriptionDroppedError);
    await client().appendToStream(stream, numbered(1, 5));
    const second = subscribe(stream);
    await eventually(() => expect(second.numbers()).toEqual([5]));
    const { settings: now, stats } = await infoOf(stream);
    expect(now).toMatchObject({ maxRetryCount: 77, consumerStrategyName: 'Pinned' });
    expect(stats.parkedMessageCount).toBe(1n);
    await second.leave();
  });

  test('that is deleted ends its consumers, and made again it begins anew', async () => {
    const stream = someStream();
    await create(stream, { checkPointLowerBound: 1 });
    await client().appendToStream(stream, numbered(3));
    const subscription = client().subscribeToPersistentSubscriptionToStream(stream, group);
    const first = consumer(subscription, ({ number }) => (number === 1 ? 'park' : 'ack'));
    await eventually(async () => {
      expect((await infoOf(stream)).stats).toMatchObject({
        ...{ parkedMessageCount: 1n, lastCheckpointedEventRevision: 2n },
      });
    });
    await client().deletePersistentSubscriptionToStream(stream, group);
    expect(await first.ended).toBeInstanceOf(PersistentSubscriptionDroppedError);
    expect(await subscribe(stream).ended).toBeInstanceOf(PersistentSubscriptionDoesNotExistError);
    await create(stream);
    const second = subscribe(stream);
    await eventually(() => expect(second.numbers()).toEqual([0, 1, 2]));
    expect((await infoOf(stream)).stats.parkedMessageCount).toBe(0n);
    await second.leave();
  });

  test('outlives the other calls of a connection whose consumers it ends', async () => {
    const stream = someStream();
    await create(stream);
    const one = subscribe(stream);
    await one.confirmed();
    const other = client().subscribeToStream(stream);
    const failures: unknown[] = [];
    other.on('error', (error) => failures.push(error));
    const came = new Promise<void>((resolve) => {
      other.on('data', () => resolve());
    });
    await client().deletePersistentSubscriptionToStream(stream, group);
    await one.ended;
    await client().appendToStream(stream, numbered(1));
    await came;
    expect(failures).toEqual([]);
    await other.unsubscribe();
  });
});

describe('a group on $all', () => {
  const allSettings = (startFrom: PersistentSubscriptionToAllSettings['startFrom'] = START) =>
    allDefaults({ startFrom, checkPointAfter: 20, checkPointLowerBound: 1 });
  const follow = (name: string): TestConsumer =>
    consumer(client().subscribeToPersistentSubscriptionToAll(name, { bufferSize: 50 }));
  const remove = (name: string) => client().deletePersistentSubscriptionToAll(name);
  type Filter = Parameters<EventStoreDBClient['createPersistentSubscriptionToAll']>[2];

  const mark = someStream();
  test.each([
    ['stream prefixes', streamNameFilter({ prefixes: [`${mark}-a`] }), [0, 1]],
    ['a stream expression', streamNameFilter({ regex: `${mark}-[ac]$` }), [0, 1, 4]],
    ['type prefixes', eventTypeFilter({ prefixes: ['nothing-', 'numbered'] }), null],
  ] as const)('filters by %s, also after it was changed', async (name, filter, wanted) => {
    for (const [at, letter] of ['a', 'b', 'c'].entries()) {
      await client().appendToStream(`${mark}-${letter}`, numbered(letter === 'c' ? 1 : 2, at * 2), {
        expectedRevision: 'any',
      });
    }
    const options = { filter } as Filter;
    await client().createPersistentSubscriptionToAll(name, allSettings(), options);
    await client().updatePersistentSubscriptionToAll(name, allSettings());
    const one = follow(name);
    await eventually(async () =>
      expect((await client().getPersistentSubscriptionToAllInfo(name)).status).toBe('Live'),
    );
    if (wanted) await eventually(() => expect([...new Set(one.numbers())]).toEqual(wanted));
    else await eventually(() => expect(one.came.length).toBeGreaterThan(5));
    expect([...new Set(one.types)]).toEqual(['numbered']);
    await one.leave();
    await remove(name);
  });

  test('from a position has the event there, system events, and none of groups', async () => {
    const stream = someStream();
    await client().appendToStream(stream, numbered(1));
    const { position } = await client().appendToStream(stream, numbered(1, 1));
    await client().appendToStream(stream, numbered(1, 2));
    const startFrom = position ?? START;
    await client().createPersistentSubscriptionToAll('from-position', allSettings(startFrom));
    const one = follow('from-position');
    await eventually(async () => {
      expect(one.numbers().slice(0, 2)).toEqual([1, 2]);
      expect(one.types).toContain('$PersistentConfig');
      const { stats } = await client().getPersistentSubscriptionToAllInfo('from-position');
      expect(stats.lastCheckpointedEventPosition?.commit).toBeGreaterThan(position?.commit ?? 0n);
    });
    expect(one.types).not.toContain('$SubscriptionCheckpoint');
    await one.leave();
    await remove('from-position');
  });

  test('comes to rest: what it writes about itself does not keep it going', async () => {
    await client().createPersistentSubscriptionToAll('resting', allSettings());
    const one = follow('resting');
    const checkpoints = async () =>
      (await all(client().readStream('$persistentsubscription-$all::resting-checkpoint'))).at(-1)
        ?.event?.revision;
    const settled = async () =>
      (await client().getPersistentSubscriptionToAllInfo('resting')).stats.totalInFlightMessages;
    await eventually(async () => {
      expect(await settled()).toBe(0);
      const before = await checkpoints();
      expect(before).toBeDefined();
      await new Promise((resolve) => setTimeout(resolve, 300)); // six times the pace of checkpoints
      expect(await checkpoints()).toBe(before);
    });
    await one.leave();
    await remove('resting');
  });
});

describe('monitoring', () => {
  test('tells settings as they went in, who is connected, and how fast answers come', async () => {
    const stream = someStream();
    const asked = {
      ...{ startFrom: 3n, resolveLinkTos: true, extraStatistics: true, messageTimeout: 31_000 },
      ...{ maxRetryCount: 11, checkPointAfter: 2_100, checkPointLowerBound: 12 },
      ...{ checkPointUpperBound: 1_300, maxSubscriberCount: 14, liveBufferSize: 515 },
      ...{ readBatchSize: 21, historyBufferSize: 516, consumerStrategyName: 'Pinned' as const },
    };
    await create(stream, asked);
    await client().appendToStream(stream, numbered(8));
    const one = subscribe(stream);
    await eventually(() => expect(one.numbers()).toEqual([3, 4, 5, 6, 7]));
    await eventually(async () => {
      const info = await infoOf(stream);
      expect(info).toMatchObject({ eventSource: stream, groupName: group, settings: asked });
      expect(info.stats).toMatchObject({ totalItems: 5n, lastKnownEventRevision: 7n });
      expect(info.connections).toHaveLength(1);
      expect(info.connections[0]).toMatchObject({ username: 'anonymous', totalItems: 5n });
      expect(info.connections[0]?.connectionName).not.toBe('');
      expect(info.connections[0]?.extraStatistics?.get('quintile 3')).toBeGreaterThanOrEqual(0n);
    });
    await one.leave();
    await eventually(async () => expect((await infoOf(stream)).connections).toEqual([]));
  });

  test('lists the groups of a stream, of $all and all of them, and starts them again', async () => {
    const [one, two] = [someStream(), someStream()];
    await create(one);
    await create(two);
    await client().createPersistentSubscriptionToStream(two, 'second', settings());
    await client().createPersistentSubscriptionToAll('on-all', allDefaults());
    const names = async (of: Promise<readonly { eventSource: string; groupName: string }[]>) =>
      (await of).map(({ eventSource, groupName }) => `${eventSource} ${groupName}`).toSorted();
    const onTwo = () => names(client().listPersistentSubscriptionsToStream(two));
    expect(await onTwo()).toEqual([`${two} second`, `${two} the-group`]);
    expect(await names(client().listPersistentSubscriptionsToAll())).toEqual(['$all on-all']);
    const everything = await names(client().listAllPersistentSubscriptions());
    expect(everything).toEqual(expect.arrayContaining([`${one} the-group`, '$all on-all']));
    const consumed = subscribe(one);
    await consumed.confirmed();
    await client().restartPersistentSubscriptionSubsystem();
    expect(await consumed.ended).toBeInstanceOf(PersistentSubscriptionDroppedError);
    expect(await names(client().listAllPersistentSubscriptions())).toEqual(everything);
  });
});
