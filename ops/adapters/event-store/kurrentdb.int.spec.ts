import { randomUUID } from 'node:crypto';
import type { PersistentSubscriptionToStreamSettings } from '@kurrent/kurrentdb-client';
import {
  persistentSubscriptionToAllSettingsFromDefaults as allDefaults,
  persistentSubscriptionToStreamSettingsFromDefaults as defaults,
  jsonEvent,
  KurrentDBClient,
  PersistentSubscriptionDoesNotExistError,
  PersistentSubscriptionDroppedError,
  PersistentSubscriptionExistsError,
  START,
  streamNameFilter,
} from '@kurrent/kurrentdb-client';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { eventStoreContract } from './contract.ts';
import { newFolder } from './testing/folder.ts';
import { openKurrentDb } from './testing/kurrentdb.ts';
import { serveInProcess } from './testing/served-process.ts';

async function served() {
  const { path, dispose } = await newFolder();
  const server = await serveInProcess(path);
  return {
    connectionString: server.connectionString.replace('esdb:', 'kurrentdb:'),
    dispose: async () => {
      await server.kill();
      await dispose();
    },
  };
}

eventStoreContract(
  "KurrentDB's client on our server",
  async () => {
    const { connectionString, dispose } = await served();
    const store = openKurrentDb(connectionString);
    const disposeAll = () => store[Symbol.asyncDispose]().then(dispose);
    return { store, dispose: disposeAll };
  },
  { timeUnitMs: 1_000 },
);

test.skip("the log's time in milliseconds: this client's reader in Rust cuts it to seconds", () =>
  undefined);

describe("the server's persistent subscriptions by KurrentDB's client", () => {
  let server: Awaited<ReturnType<typeof served>>;
  let client: KurrentDBClient;
  beforeAll(async () => {
    server = await served();
    client = KurrentDBClient.connectionString(server.connectionString);
  });
  afterAll(async () => {
    await client.dispose();
    await server.dispose();
  });
  const group = 'the-group';
  const eventually = (assertion: () => void | Promise<void>) =>
    vi.waitFor(assertion, { timeout: 30_000, interval: 50 });
  const numbered = (count: number) =>
    Array.from({ length: count }, (_, number) => jsonEvent({ type: 'numbered', data: { number } }));
  const made = async (changed: Partial<PersistentSubscriptionToStreamSettings> = {}) => {
    const stream = `stream-${randomUUID()}`;
    await client.appendToStream(stream, numbered(6));
    const settings = defaults({ startFrom: START, ...changed });
    await client.createPersistentSubscriptionToStream(stream, group, settings);
    return stream;
  };
  type Subscription =
    | ReturnType<KurrentDBClient['subscribeToPersistentSubscriptionToAll']>
    | ReturnType<KurrentDBClient['subscribeToPersistentSubscriptionToStream']>;
  const numbersOf = (subscription: Subscription, answer: (number: number) => 'ack' | 'park') => {
    const numbers: number[] = [];
    subscription.on('data', (event) => {
      const number = Number(Object(event.event?.data).number);
      numbers.push(number);
      if (answer(number) === 'ack') void subscription.ack(event);
      else void subscription.nack('park', 'as the spec says', event);
    });
    return numbers;
  };

  test('are made, consumed by two, parked, replayed and told about', async () => {
    const stream = await made();
    let parks = true;
    const two = [1, 2].map(() => client.subscribeToPersistentSubscriptionToStream(stream, group));
    const came = two.map((one) =>
      numbersOf(one, (number) => (parks && number > 3 ? 'park' : 'ack')),
    );
    const info = () => client.getPersistentSubscriptionToStreamInfo(stream, group);
    await eventually(async () => {
      expect(came.flat().toSorted()).toEqual([0, 1, 2, 3, 4, 5]);
      expect((await info()).stats.parkedMessageCount).toBe(2n);
    });
    expect((await info()).connections).toHaveLength(2);
    parks = false;
    await client.replayParkedMessagesToStream(stream, group);
    await eventually(() => expect(came.flat().toSorted()).toEqual([0, 1, 2, 3, 4, 4, 5, 5]));
    const groups = await client.listPersistentSubscriptionsToStream(stream);
    expect(groups.map(({ groupName }) => groupName)).toEqual([group]);
    await Promise.all(two.map((one) => one.unsubscribe()));
  });

  test('say by its own errors that a group is there, is gone, or has ended', async () => {
    const stream = await made();
    const again = client.createPersistentSubscriptionToStream(stream, group, defaults());
    await expect(again).rejects.toBeInstanceOf(PersistentSubscriptionExistsError);
    const one = client.subscribeToPersistentSubscriptionToStream(stream, group);
    const ended = new Promise((resolve) => {
      one.on('error', resolve);
    });
    await new Promise<void>((resolve) => {
      one.on('data', () => resolve());
    });
    await client.deletePersistentSubscriptionToStream(stream, group);
    expect(await ended).toBeInstanceOf(PersistentSubscriptionDroppedError);
    const gone = client.deletePersistentSubscriptionToStream(stream, group);
    await expect(gone).rejects.toBeInstanceOf(PersistentSubscriptionDoesNotExistError);
  });

  test('follow $all with a filter', async () => {
    const stream = await made();
    const filter = streamNameFilter({ prefixes: [stream] });
    const settings = allDefaults({ startFrom: START });
    await client.createPersistentSubscriptionToAll('filtered', settings, { filter });
    const one = client.subscribeToPersistentSubscriptionToAll('filtered');
    const numbers = numbersOf(one, () => 'ack');
    await eventually(() => expect(numbers).toEqual([0, 1, 2, 3, 4, 5]));
    await one.unsubscribe();
  });

  test('refuse a strategy that is not known here', async () => {
    const unknown = made({ consumerStrategyName: 'PinnedByCorrelation' });
    await expect(unknown).rejects.toThrow(/PinnedByCorrelation is not known here/);
  });
});
