import { describe, expect, test } from 'vitest';
import type { Engine } from './engine.ts';
import { openEngine } from './engine.ts';
import { openEventStoreDb } from './eventstoredb.ts';
import type { EventStoreServer } from './server/serve.ts';
import { serveEventStore } from './server/serve.ts';
import { eventsOf, newEvent, newEvents, newStream, textOf } from './testing/events.ts';
import { newFolder } from './testing/folder.ts';

type Bed = { readonly engine: Engine; readonly server: EventStoreServer; readonly address: string };

async function withServer(work: (bed: Bed) => Promise<void>): Promise<void> {
  const { path, dispose } = await newFolder();
  const engine = await openEngine({ path });
  const server = await serveEventStore(engine, { port: 0 });
  try {
    await work({ engine, server, address: `esdb://127.0.0.1:${server.port}?tls=false` });
  } finally {
    await server.dispose();
    await engine[Symbol.asyncDispose]();
    await dispose();
  }
}

describe('the driver of EventStoreDB', () => {
  test('follows over five restarts of the server without a gap or a repeat', async () => {
    await withServer(async ({ engine, server, address }) => {
      const store = openEventStoreDb({ connectionString: address, retryDelayMsMin: 5 });
      const over = new AbortController();
      const seen: string[] = [];
      let caughtUp = 0;
      const following = (async () => {
        const from = { after: 0n, signal: over.signal, streamPrefixes: ['conversation-'] };
        for await (const item of store.subscribeToAll(from)) {
          seen.push(...eventsOf([item]).map(textOf));
          if (item.kind === 'caught-up') caughtUp += 1;
          if (seen.length >= 600) over.abort();
        }
      })();
      let current = server;
      for (let round = 0; round < 6; round += 1) {
        for (let at = 0; at < 100; at += 1) {
          const stream = newStream(at % 2 === 0 ? 'conversation' : 'snapshot');
          const both = [newEvent(`${round}/${at}`), newEvent(`${round}/${at}+`)];
          void engine.append({ stream, expected: 'any', events: both });
          if (at % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 2));
        }
        if (round === 5) break;
        await current.dispose();
        current = await serveEventStore(engine, { port: server.port });
      }
      await following;
      expect(seen).toHaveLength(600);
      expect(new Set(seen).size).toBe(600);
      expect(caughtUp).toBe(1);
      await store[Symbol.asyncDispose]();
      await current.dispose();
    });
  });

  test('keeps events, checkpoints and caught-up in order for a slow reader', async () => {
    await withServer(async ({ engine, address }) => {
      const store = openEventStoreDb({ connectionString: address });
      for (let at = 0; at < 40; at += 1) {
        await engine.append({ stream: newStream(), expected: 'any', events: newEvents(100) });
      }
      const over = new AbortController();
      let position = 0n;
      let events = 0;
      for await (const item of store.subscribeToAll({ after: 0n, signal: over.signal })) {
        const positions = item.kind === 'events' ? item.events.map((event) => event.position) : [];
        if (item.kind === 'checkpoint') positions.push(item.position);
        for (const next of positions) {
          expect(next).toBeGreaterThan(position);
          position = next;
        }
        events += eventsOf([item]).length;
        if (item.kind === 'caught-up') over.abort();
        else await new Promise((resolve) => setTimeout(resolve, 60));
      }
      expect(events).toBe(4_000);
      await store[Symbol.asyncDispose]();
    });
  });

  test('appends again by itself when the server is back, and a repeat is stored once', async () => {
    await withServer(async ({ engine, server, address }) => {
      const store = openEventStoreDb({ connectionString: address });
      const request = { stream: newStream(), expected: 'no-stream' as const, events: newEvents(2) };
      const first = await store.append(request);
      await server.dispose();
      await expect(store.append(request)).rejects.toMatchObject({ name: 'EventStoreUnavailable' });
      expect(await store.health()).toMatchObject({ ok: false });
      const back = await serveEventStore(engine, { port: server.port });
      await expect.poll(() => store.health(), { timeout: 10_000 }).toEqual({ ok: true });
      expect(await store.append(request)).toEqual(first);
      await store[Symbol.asyncDispose]();
      await back.dispose();
    });
  });

  test('says unavailable for every call that cannot reach a server', async () => {
    const store = openEventStoreDb({ connectionString: 'esdb://127.0.0.1:1?tls=false' });
    const unavailable = { name: 'EventStoreUnavailable' };
    const append = { stream: newStream(), expected: 'any' as const, events: newEvents(1) };
    await expect(store.append(append)).rejects.toMatchObject(unavailable);
    await expect(store.head()).rejects.toMatchObject(unavailable);
    await expect(store.keepNewest('some', 1)).rejects.toMatchObject(unavailable);
    const pages = store.readAll({ after: 0n })[Symbol.asyncIterator]();
    await expect(pages.next()).rejects.toMatchObject(unavailable);
    await store[Symbol.asyncDispose]();
  });

  test('does not believe the revision of a conflict that the client invents', async () => {
    await withServer(async ({ address }) => {
      const connectionString = `${address}&throwOnAppendFailure=false`;
      const store = openEventStoreDb({ connectionString });
      const stream = newStream();
      await store.append({ stream, expected: 'any', events: newEvents(7) });
      const refused = await store.append({ stream, expected: 'no-stream', events: newEvents(1) });
      expect(refused).toEqual({ kind: 'conflict', revision: 'unknown' });
      await store[Symbol.asyncDispose]();
    });
  });

  test('tells the real revision of a conflict where the client throws', async () => {
    await withServer(async ({ address }) => {
      const store = openEventStoreDb({ connectionString: address });
      const stream = newStream();
      await store.append({ stream, expected: 'any', events: newEvents(7) });
      const refused = await store.append({ stream, expected: 'no-stream', events: newEvents(1) });
      expect(refused).toEqual({ kind: 'conflict', revision: 6 });
      const missing = await store.append({
        stream: newStream(),
        expected: 3,
        events: newEvents(1),
      });
      expect(missing).toEqual({ kind: 'conflict', revision: 'no-stream' });
      await store[Symbol.asyncDispose]();
    });
  });

  test('writes the rule of keeping once', async () => {
    await withServer(async ({ engine, address }) => {
      const store = openEventStoreDb({ connectionString: address });
      const stream = newStream('snapshot');
      for (let at = 0; at < 3; at += 1) await store.keepNewest(stream, 1);
      expect(engine.reader().stream(`$$${stream}`)?.lastRevision).toBe(0);
      expect(engine.reader().stream(stream)?.maxCount).toBe(1);
      await store[Symbol.asyncDispose]();
    });
  });

  test('gives back bytes that are no JSON, or JSON in another print, as they went in', async () => {
    await withServer(async ({ address }) => {
      const store = openEventStoreDb({ connectionString: address });
      const stream = newStream();
      const contents = [
        '{ "spaced": 1 }',
        '"text"',
        'null',
        '[1,2]',
        '{"10":1,"9":2}',
        '\u0000{',
        '',
      ];
      const events = contents.map((text) => ({ ...newEvent(), data: Buffer.from(text) }));
      await store.append({ stream, expected: 'any', events });
      const read: string[] = [];
      const pages = store.readStream({ stream, from: 'start', direction: 'forwards' });
      for await (const page of pages) {
        read.push(...page.map(({ data }) => Buffer.from(data).toString('utf8')));
      }
      expect(read).toEqual(contents);
      await store[Symbol.asyncDispose]();
    });
  });
});
