import { describe, expect, it } from 'vitest';
import { eventStore } from '../../stack/event-store.ts';
import { openTestServer } from '../../stack/testing.ts';
import { eventStoreContract } from './contract.ts';
import { openEventStoreDb } from './eventstoredb.ts';
import { newEvent, newStream, readStream, textOf } from './testing/events.ts';

eventStoreContract('EventStoreDB’s client on a server of its own', async () => {
  const server = await openTestServer(eventStore);
  const store = openEventStoreDb({ connectionString: server.option.value });
  return {
    store,
    dispose: async () => {
      await store[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
});

describe('an event store that ends', () => {
  it('holds what it answered for, and is found again at its address (law 1)', async () => {
    await using server = await openTestServer(eventStore);
    await using store = openEventStoreDb({ connectionString: server.option.value });
    const stream = newStream();
    for (let revision = 0; revision < 3; revision += 1) {
      const expected = revision === 0 ? 'no-stream' : revision - 1;
      await store.append({ stream, expected, events: [newEvent(`number ${revision}`)] });
      await server.kill();
      await expect(store.head()).rejects.toMatchObject({ name: 'EventStoreUnavailable' });
      await server.start();
    }
    const kept = await readStream(store, stream);
    expect(kept.map(textOf)).toEqual(['number 0', 'number 1', 'number 2']);
  });
});
