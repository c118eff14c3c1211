import { binaryEvent, PersistentSubscriptionDroppedError } from '@eventstore/db-client';
import { describe, expect, test } from 'vitest';
import {
  consumer,
  eventually,
  expectOnce,
  settings,
  sorted,
  upTo,
} from '../../testing/consumers.ts';
import { all, numbered, numbersOf, serveForSpec, someStream } from '../../testing/server.ts';

const { client } = serveForSpec();
const group = 'the-group';

const subscribe = (stream: string, bufferSize = 10) =>
  client().subscribeToPersistentSubscriptionToStream(stream, group, { bufferSize });

async function made(events: number, changed: Parameters<typeof settings>[0] = {}): Promise<string> {
  const stream = someStream();
  if (events > 0) await client().appendToStream(stream, numbered(events));
  await client().createPersistentSubscriptionToStream(stream, group, settings(changed));
  return stream;
}

const parkedOf = async (stream: string) => {
  const links = `$persistentsubscription-${stream}::${group}-parked`;
  return all(client().readStream(links, { resolveLinkTos: true }));
};
const infoOf = (stream: string) => client().getPersistentSubscriptionToStreamInfo(stream, group);

describe('consumers of one group', () => {
  test('share 10,000 events, each brought to one of them, and leave nothing', async () => {
    const stream = await made(0, { checkPointLowerBound: 1, checkPointUpperBound: 500 });
    const three = [1, 2, 3].map(() => consumer(subscribe(stream, 50)));
    for (let at = 0; at < 10_000; at += 2_500) {
      await client().appendToStream(stream, numbered(2_500, at));
    }
    const total = () => three.reduce((sum, { came }) => sum + came.length, 0);
    await eventually(() => expect(total()).toBe(10_000), 100_000);
    expectOnce(three, 10_000);
    for (const { came } of three) expect(came.length).toBeGreaterThan(1_000);
    await eventually(async () => {
      const { stats } = await infoOf(stream);
      expect(stats).toMatchObject({ totalInFlightMessages: 0, retryBufferCount: 0 });
      expect(stats).toMatchObject({ lastCheckpointedEventRevision: 9_999n });
    });
    await Promise.all(three.map(({ leave }) => leave()));
  });

  test('get no more at a time than their buffers hold', async () => {
    const stream = await made(100);
    const [small, large] = [
      consumer(subscribe(stream, 3), () => 'hold'),
      consumer(subscribe(stream, 7), () => 'hold'),
    ];
    await eventually(async () => {
      const { stats, connections } = await infoOf(stream);
      expect(stats.totalInFlightMessages).toBe(10);
      expect(connections.map(({ inFlightMessages }) => inFlightMessages)).toEqual([3, 7]);
      expect(connections.map(({ availableSlots }) => availableSlots)).toEqual([0, 0]);
    });
    expect([small.came.length, large.came.length]).toEqual([3, 7]);
    await Promise.all([small.leave(), large.leave()]);
  });

  test('and one that stands still gets no more than its connection takes', async () => {
    const stream = await made(0);
    const data = Buffer.alloc(10_000, 'x');
    for (let at = 0; at < 20; at += 1) {
      const events = Array.from({ length: 100 }, () => binaryEvent({ type: 'big', data }));
      await client().appendToStream(stream, events);
    }
    const still = subscribe(stream, 2_000); // nobody reads from it
    const inHand: number[] = [];
    await eventually(async () => {
      inHand.push((await infoOf(stream)).stats.totalInFlightMessages);
      expect(inHand.at(-1)).toBeGreaterThan(0);
      expect(inHand.at(-1)).toBe(inHand.at(-2));
    });
    expect(inHand.at(-1)).toBeLessThan(1_000); // of 2,000
    await still.unsubscribe();
  });

  test('inherit what one that dies had in hand, in its order, before what is new', async () => {
    const stream = await made(20);
    const dying = consumer(subscribe(stream, 10), ({ number }) => (number < 3 ? 'ack' : 'hold'));
    await eventually(() => expect(dying.came).toHaveLength(13));
    await dying.leave();
    const heir = consumer(subscribe(stream));
    await eventually(() => expect(heir.came).toHaveLength(17));
    expect(heir.numbers()).toEqual(upTo(17, 3));
    expect(heir.came.filter(({ retries }) => retries === 1)).toHaveLength(10);
    await heir.leave();
  });

  test('get them in order where there is one, which RoundRobin and the others keep', async () => {
    for (const consumerStrategyName of ['RoundRobin', 'DispatchToSingle', 'Pinned'] as const) {
      const stream = await made(200, { consumerStrategyName });
      const only = consumer(subscribe(stream));
      await eventually(() => expect(only.came).toHaveLength(200));
      expect(only.numbers()).toEqual(upTo(200));
      await only.leave();
    }
  });

  test('take turns under RoundRobin, and fill the first one under DispatchToSingle', async () => {
    const shares = async (consumerStrategyName: 'RoundRobin' | 'DispatchToSingle') => {
      const stream = await made(0, { consumerStrategyName });
      const two = [consumer(subscribe(stream, 6), () => 'hold')];
      await two[0]?.confirmed();
      two.push(consumer(subscribe(stream, 6), () => 'hold'));
      await two[1]?.confirmed();
      await client().appendToStream(stream, numbered(8));
      await eventually(() => expect(two.flatMap(({ came }) => came)).toHaveLength(8));
      await Promise.all(two.map(({ leave }) => leave()));
      return two.map(({ came }) => came.length);
    };
    expect(await shares('RoundRobin')).toEqual([4, 4]);
    expect(await shares('DispatchToSingle')).toEqual([6, 2]);
  });
});

describe('an event that is refused', () => {
  test('is parked as a link that says why, and not brought again', async () => {
    const stream = await made(3);
    const one = consumer(subscribe(stream), ({ number }) => (number === 1 ? 'park' : 'ack'));
    await eventually(async () => expect((await infoOf(stream)).stats.parkedMessageCount).toBe(1n));
    const [parked] = await parkedOf(stream);
    expect(numbersOf([parked ?? {}])).toEqual([1]);
    expect(parked?.link?.type).toBe('$>');
    expect(Buffer.from(Object(parked?.link?.data)).toString()).toBe(`1@${stream}`);
    expect(parked?.link?.metadata).toMatchObject({ reason: 'as the spec says' });
    expect(one.numbers()).toEqual([0, 1, 2]);
    await one.leave();
  });

  test('is skipped', async () => {
    const stream = await made(3);
    const one = consumer(subscribe(stream), () => 'skip');
    await eventually(async () =>
      expect((await infoOf(stream)).stats.totalInFlightMessages).toBe(0),
    );
    await client().appendToStream(stream, numbered(1, 3));
    await eventually(() => expect(one.numbers()).toEqual([0, 1, 2, 3]));
    expect(await infoOf(stream)).toMatchObject({ stats: { parkedMessageCount: 0n } });
    await one.leave();
  });

  test('comes again before what is new, counted, and is parked after its retries', async () => {
    const stream = await made(3, { maxRetryCount: 3 });
    const one = consumer(subscribe(stream, 1), ({ number }) => (number === 0 ? 'retry' : 'ack'));
    await eventually(() => expect(one.numbers()).toEqual([0, 0, 0, 0, 1, 2]));
    expect(one.came.slice(0, 4).map(({ retries }) => retries)).toEqual([0, 1, 2, 3]);
    await eventually(async () => expect(numbersOf(await parkedOf(stream))).toEqual([0]));
    await one.leave();
  });

  test('comes again when nobody answers in time, and is parked after that', async () => {
    const stream = await made(2, { messageTimeout: 100, maxRetryCount: 2 });
    const one = consumer(subscribe(stream, 5), ({ number }) => (number === 0 ? 'hold' : 'ack'));
    await eventually(async () => expect(numbersOf(await parkedOf(stream))).toEqual([0]));
    expect(one.came.filter(({ number }) => number === 0).map(({ retries }) => retries)).toEqual([
      0, 1, 2,
    ]);
    expect(one.came.filter(({ number }) => number === 1)).toHaveLength(1);
    await one.leave();
  });

  test('ends its consumer where it says stop, and others get it', async () => {
    const stream = await made(3);
    const first = consumer(subscribe(stream), ({ number }) => (number === 1 ? 'stop' : 'ack'));
    expect(await first.ended).toBeInstanceOf(PersistentSubscriptionDroppedError);
    const second = consumer(subscribe(stream));
    await eventually(() => expect(second.numbers()).toContain(1));
    expect(sorted([...new Set([...first.numbers(), ...second.numbers()])])).toEqual([0, 1, 2]);
    await second.leave();
  });

  test('is of no matter when it is not in hand: a late answer changes nothing', async () => {
    const stream = await made(1, { messageTimeout: 100 });
    const late = client().subscribeToPersistentSubscriptionToStream(stream, group);
    const [event] = await new Promise<Parameters<typeof late.ack>>((resolve) => {
      late.once('data', (first) => resolve([first]));
    });
    await eventually(async () => {
      expect(await infoOf(stream)).toMatchObject({ stats: { totalItems: 2n } });
    });
    if (event) await late.ack(event, event);
    await late.unsubscribe();
    const next = consumer(subscribe(stream));
    await client().appendToStream(stream, numbered(1, 1));
    await eventually(() => expect(next.numbers()).toContain(1));
    await next.leave();
  });
});

describe('what was parked', () => {
  test('is replayed in order to whoever is there, as many as asked, and then no more', async () => {
    const stream = await made(20);
    let refusing = true;
    const one = consumer(subscribe(stream), () => (refusing ? 'park' : 'ack'));
    await eventually(async () => expect(await parkedOf(stream)).toHaveLength(20));
    refusing = false;
    await client().replayParkedMessagesToStream(stream, group, { stopAt: 4 });
    await eventually(() => expect(one.numbers().slice(20)).toEqual([0, 1, 2, 3]));
    await eventually(async () => expect(numbersOf(await parkedOf(stream))).toEqual(upTo(16, 4)));
    expect(await infoOf(stream)).toMatchObject({ stats: { parkedMessageCount: 16n } });
    await client().replayParkedMessagesToStream(stream, group);
    await eventually(() => expect(one.numbers().slice(20)).toEqual(upTo(20)));
    expect(one.came.every(({ retries }) => retries === 0)).toBe(true);
    await eventually(async () => expect((await infoOf(stream)).status).toBe('Live'));
    await client().replayParkedMessagesToStream(stream, group);
    expect(one.came).toHaveLength(40);
    await one.leave();
  });

  test('and parked again stays, behind the others', async () => {
    const stream = await made(3);
    const one = consumer(subscribe(stream), () => 'park');
    await eventually(async () => expect(await parkedOf(stream)).toHaveLength(3));
    await client().replayParkedMessagesToStream(stream, group, { stopAt: 1 });
    await eventually(async () => expect(numbersOf(await parkedOf(stream))).toEqual([1, 2, 0]));
    await one.leave();
  });
});
