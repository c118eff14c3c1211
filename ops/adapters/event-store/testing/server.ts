import { randomUUID } from 'node:crypto';
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { afterAll, beforeAll } from 'vitest';
import type { Engine } from '../engine.ts';
import { openEngine } from '../engine.ts';
import type { EventStoreServer } from '../server/serve.ts';
import { serveEventStore } from '../server/serve.ts';
import { newFolder } from './folder.ts';

/** A fresh server for one spec file, and the official client on it. */
export type Served = {
  client(): EventStoreDBClient;
  engine(): Engine;
  server(): EventStoreServer;
  connectionString(): string;
};

export function serveForSpec(): Served {
  let folder: Awaited<ReturnType<typeof newFolder>>;
  let engine: Engine;
  let server: EventStoreServer;
  let client: EventStoreDBClient;
  // Patient: the client gives up after 10 s by itself, which a busy machine takes at times.
  const connectionString = () => `esdb://127.0.0.1:${server.port}?tls=false&defaultDeadline=60000`;
  beforeAll(async () => {
    folder = await newFolder();
    engine = await openEngine({ path: folder.path });
    server = await serveEventStore(engine, { port: 0 });
    client = EventStoreDBClient.connectionString(connectionString());
  });
  afterAll(async () => {
    await client.dispose();
    await server.dispose();
    await engine[Symbol.asyncDispose]();
    await folder.dispose();
  });
  return {
    client: () => client,
    engine: () => engine,
    server: () => server,
    connectionString,
  };
}

export function numbered(count: number, from = 0) {
  return Array.from({ length: count }, (_, at) =>
    jsonEvent({ type: 'numbered', data: { number: from + at } }),
  );
}

export function someStream(): string {
  return `stream-${randomUUID()}`;
}

/** The events of a read, or the numbers in them. */
export async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const read: Item[] = [];
  for await (const item of items) read.push(item);
  return read;
}

type WithNumber = { readonly event?: { readonly data: unknown } | undefined };

export function numbersOf(events: readonly WithNumber[]): readonly unknown[] {
  return events.map(({ event }) => Object(event?.data).number);
}
