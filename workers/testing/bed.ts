import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { v7 } from 'uuid';
import { openEmbeddedCache } from '../../ops/adapters/cache/embedded.ts';
import { openEmbeddedEventLog } from '../../ops/adapters/event-log/embedded.ts';
import { partitionOf } from '../../ops/adapters/event-log/partition.ts';
import type { EventLog, LogRecord } from '../../ops/adapters/event-log/port.ts';
import { openEmbeddedEventStore } from '../../ops/adapters/event-store/embedded.ts';
import type { EventStore, EventToAppend } from '../../ops/adapters/event-store/port.ts';
import { migrate } from '../../ops/adapters/tables/migrate.ts';
import type { Tables } from '../../ops/adapters/tables/port.ts';
import { openTestTables } from '../../ops/adapters/tables/testing.ts';
import { systemClock } from '../../projections/clock.ts';
import { followProgress } from '../../projections/progress.ts';
import type { Projection } from '../../projections/projection.ts';
import { eventsPartitions, eventsTopic } from '../../schemas/records/topics.ts';
import { workersMigrations } from '../migrations.ts';
import { projector } from '../projector/projector.ts';
import { relay } from '../relay/relay.ts';
import type { Worker } from '../worker.ts';
import { openTextEvent, openTextOpener } from './open-text.ts';

type RelayOptions = {
  readonly holder?: string;
  readonly leaseMs?: number;
  readonly watermarkEveryMs?: number;
};

/** The machines that workers run on, all embedded and real, in a folder of their own. */
export type Bed = Awaited<ReturnType<typeof openBed>>;

export async function openBed({ openTables = openTestTables } = {}) {
  const opened = new AsyncDisposableStack();
  try {
    return await openOn(opened, openTables);
  } catch (error) {
    await opened.disposeAsync();
    throw error;
  }
}

async function openOn(opened: AsyncDisposableStack, openTables: () => Promise<Tables>) {
  const folder = await mkdtemp(join(tmpdir(), 'parley-workers-'));
  opened.defer(() => rm(folder, { recursive: true, force: true }));
  const tables = opened.use(await openTables());
  await migrate(tables, workersMigrations);
  const cache = opened.use(openEmbeddedCache({ now: Date.now }));
  const path = join(folder, 'log.db');
  const eventLog = opened.use(openEmbeddedEventLog({ path, now: Date.now }));
  await eventLog.ensureTopic(eventsTopic, {
    partitions: eventsPartitions,
    retentionMs: 'for-ever',
  });
  const eventStore = opened.use(await openEmbeddedEventStore({ path: join(folder, 'store.db') }));
  const machines = { tables, eventStore, eventLog, cache, clock: systemClock, newId: () => v7() };
  const ownPartition = (key: string) => partitionOf(key, eventsPartitions);
  return {
    ...machines,
    ...sender(eventStore),
    partitionOf: ownPartition,
    relay: (options: RelayOptions = {}) =>
      relay({ ...machines, partitionOf: ownPartition, holder: v7(), ...options }),
    projector: (projections: readonly Projection[], options: { recordsMax?: number } = {}) =>
      projector({ ...machines, opener: openTextOpener, projections, ...options }),
    /** Waits until all read models have it; rejects where they do not get there. */
    reaches: async (position: bigint) => {
      await using progress = await followProgress({
        ...{ tables, cache, clock: systemClock, partitions: eventsPartitions },
        partitionOf: ownPartition,
      });
      const reached = await progress.waitFor(position, { timeoutMs: 20_000 });
      if (reached < position) throw new Error(`${position} wanted, and ${reached} reached`);
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

/** Ids that read well in a failure. */
export function conversation(number: number): string {
  return `0198f1d2-0000-7000-8000-${String(number).padStart(12, '0')}`;
}

const bytes = new TextEncoder();

function sender(eventStore: EventStore) {
  const numbers = new Map<number, number>();
  const append = async (id: number, type: string, fields: object | EventToAppend) => {
    const outcome = await eventStore.append({
      stream: `conversation-${conversation(id)}`,
      expected: 'any',
      events: ['data' in fields ? fields : openTextEvent(type, fields)],
    });
    if (outcome.kind !== 'appended') throw new Error(outcome.kind);
    return outcome.position;
  };
  const say = (id: number, text: string) => {
    const number = (numbers.get(id) ?? 0) + 1;
    numbers.set(id, number);
    return append(id, 'message-sent', { number, author: 'ada', text });
  };
  const garbage = (id: number, text: string) =>
    append(id, 'message-sent', { ...openTextEvent('message-sent', {}), data: bytes.encode(text) });
  const edit = (id: number, number: number, text: string) =>
    append(id, 'message-edited', { number, text });
  return { say, edit, garbage };
}

/** A worker under way, which can be stopped. */
export function start(worker: Worker) {
  const stopping = new AbortController();
  const done = worker.run(stopping.signal);
  done.catch(() => undefined);
  return {
    done,
    stop: async () => {
      stopping.abort();
      await done;
    },
  };
}

/** Asks until it holds. */
export async function eventually(holds: () => Promise<boolean> | boolean, withinMs = 40_000) {
  const deadline = Date.now() + withinMs;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error('it did not come to hold in time');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Everything that is in the topic now. */
export async function recordsOf(eventLog: EventLog): Promise<readonly LogRecord[]> {
  const newest = await eventLog.newest(eventsTopic);
  const records: LogRecord[] = [];
  let missing = newest.reduce((sum, record) => sum + (record ? record.offset + 1 : 0), 0);
  if (missing === 0) return records;
  const over = new AbortController();
  const batches = eventLog.consume({
    topic: eventsTopic,
    group: `look-${crypto.randomUUID()}`,
    from: 'start',
    recordsMax: 10_000,
    signal: over.signal,
  });
  for await (const batch of batches) {
    records.push(...batch.records);
    missing -= batch.records.length;
    if (missing <= 0) break;
  }
  over.abort();
  return records;
}

export type Line = {
  readonly conversation_id: string;
  readonly number: number;
  readonly author: string | null;
  readonly text: string | null;
  readonly edits: bigint | null;
  readonly deleted: boolean;
  readonly position: bigint;
};
export type Head = {
  readonly conversation_id: string;
  readonly last_number: number;
  readonly last_at: Date;
  readonly position: bigint;
};

/** The rows of the tally, in order of their keys. */
export async function tallyRows(tables: Tables, schema = 'tally') {
  const lines = await tables.query<Line>({
    text: `select conversation_id, number, author, text, edits, deleted, position
           from ${schema}.line order by conversation_id, number`,
    values: [],
  });
  const heads = await tables.query<Head>({
    text: `select conversation_id, last_number, last_at, position
           from ${schema}.head order by conversation_id`,
    values: [],
  });
  return { lines, heads };
}
