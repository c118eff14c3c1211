import { EventStoreDBClient } from '@eventstore/db-client';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openEngine } from '../../engine.ts';
import type { Answering, TestConsumer } from '../../testing/consumers.ts';
import { consumer, eventually, settings, sorted, upTo } from '../../testing/consumers.ts';
import { newFolder } from '../../testing/folder.ts';
import { serveInProcess } from '../../testing/served-process.ts';
import { all, numbered, numbersOf } from '../../testing/server.ts';
import { serveEventStore } from '../serve.ts';

const [stream, group] = ['the-stream', 'the-group'];

/** A client of its own, as one whose server died waits for its calls for a while. */
function connect(connectionString: string): EventStoreDBClient {
  return EventStoreDBClient.connectionString(connectionString);
}

async function killable() {
  const { path, dispose } = await newFolder();
  const server = await serveInProcess(path);
  onTestFinished(async () => {
    await server.kill();
    await dispose();
  });
  const subscribe = (answer?: Answering, bufferSize = 10): TestConsumer =>
    consumer(
      connect(server.connectionString).subscribeToPersistentSubscriptionToStream(stream, group, {
        bufferSize,
      }),
      answer,
    );
  return { server, subscribe, client: () => connect(server.connectionString) };
}

describe('a server that is killed', () => {
  test('goes on behind its checkpoint: nothing is lost, little comes twice, in order', async () => {
    const { server, subscribe, client } = await killable();
    await client().appendToStream(stream, numbered(300));
    const kept = settings({ checkPointLowerBound: 1, checkPointUpperBound: 20 });
    await client().createPersistentSubscriptionToStream(stream, group, kept);
    const first = subscribe(({ number }) => (number < 150 ? 'ack' : 'hold'));
    const infoOf = async () =>
      (await client().getPersistentSubscriptionToStreamInfo(stream, group)).stats;
    await eventually(async () =>
      expect(await infoOf()).toMatchObject({ lastCheckpointedEventRevision: 149n }),
    );
    await server.kill();
    expect(await first.ended).toBeInstanceOf(Error);
    await server.start();
    const second = subscribe();
    await eventually(() => expect(second.numbers()).toEqual(upTo(150, 150)));
    expect(second.came.every(({ retries }) => retries === 0)).toBe(true);
  });

  test('brings again what was settled out of order, as its checkpoint is before that', async () => {
    const { server, subscribe, client } = await killable();
    await client().appendToStream(stream, numbered(5));
    const kept = settings({ checkPointLowerBound: 1 });
    await client().createPersistentSubscriptionToStream(stream, group, kept);
    const first = subscribe(({ number }) => (number === 2 ? 'hold' : 'ack'));
    await eventually(async () => {
      const checkpoints = `$persistentsubscription-${stream}::${group}-checkpoint`;
      expect((await all(client().readStream(checkpoints))).at(-1)?.event?.data).toBe('1');
      expect(first.came).toHaveLength(5);
    });
    await server.kill();
    await server.start();
    const second = subscribe();
    await eventually(() => expect(second.numbers()).toEqual([2, 3, 4]));
  });

  test('keeps what was parked, and what came back from there and was not settled', async () => {
    const { server, subscribe, client } = await killable();
    await client().appendToStream(stream, numbered(6));
    const kept = settings({ checkPointLowerBound: 1 });
    await client().createPersistentSubscriptionToStream(stream, group, kept);
    let parking = true;
    const first = subscribe(({ number }) => (parking ? 'park' : number < 2 ? 'ack' : 'hold'));
    const parked = `$persistentsubscription-${stream}::${group}-parked`;
    const parkedNumbers = async () =>
      numbersOf(await all(client().readStream(parked, { resolveLinkTos: true })));
    await eventually(async () => expect(await parkedNumbers()).toEqual(upTo(6)));
    parking = false;
    await client().replayParkedMessagesToStream(stream, group, { stopAt: 4 });
    await eventually(async () => {
      expect(first.numbers().slice(6)).toEqual([0, 1, 2, 3]);
      expect(await parkedNumbers()).toEqual([2, 3, 4, 5]);
    });
    await server.kill();
    await server.start();
    expect(await parkedNumbers()).toEqual([2, 3, 4, 5]);
    const second = subscribe();
    await second.confirmed();
    await client().replayParkedMessagesToStream(stream, group);
    await eventually(() => expect(second.numbers()).toEqual([2, 3, 4, 5]));
  });

  test('at any moment, three times: every event comes to somebody', async () => {
    const { server, subscribe, client } = await killable();
    await client().createPersistentSubscriptionToStream(stream, group, settings());
    await client().appendToStream(stream, numbered(600));
    const consumers: TestConsumer[] = [];
    for (const until of [50, 200, 400]) {
      const pair = [subscribe(), subscribe()];
      consumers.push(...pair);
      const came = () => new Set(consumers.flatMap((one) => one.numbers())).size;
      await eventually(() => expect(came()).toBeGreaterThan(until));
      await server.kill();
      await Promise.all(pair.map(({ ended }) => ended));
      await server.start();
    }
    consumers.push(subscribe());
    await eventually(() => {
      const came = new Set(consumers.flatMap((one) => one.numbers()));
      expect(sorted([...came])).toEqual(upTo(600));
    });
  });
});

test('a server that closes writes how far its groups came, less than due too', async () => {
  const { path, dispose } = await newFolder();
  const seen: (readonly number[])[] = [];
  const dueLate = settings({ checkPointAfter: 60_000, checkPointLowerBound: 1_000 });
  for (const round of [0, 1]) {
    const engine = await openEngine({ path });
    const server = await serveEventStore(engine, { port: 0 });
    const client = connect(`esdb://127.0.0.1:${server.port}?tls=false`);
    if (round === 0) {
      await client.createPersistentSubscriptionToStream(stream, group, dueLate);
      await client.appendToStream(stream, numbered(4));
    } else await client.appendToStream(stream, numbered(1, 4));
    const one = consumer(client.subscribeToPersistentSubscriptionToStream(stream, group));
    await eventually(async () => {
      expect(one.numbers()).toContain(round === 0 ? 3 : 4);
      const { stats } = await client.getPersistentSubscriptionToStreamInfo(stream, group);
      expect(stats.totalInFlightMessages).toBe(0);
    });
    await server.dispose();
    expect(await one.ended).toMatchObject({ type: 'unavailable' });
    seen.push(one.numbers());
    await engine[Symbol.asyncDispose]();
  }
  expect(seen).toEqual([upTo(4), [4]]);
  await dispose();
});
