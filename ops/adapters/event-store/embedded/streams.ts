import type { DatabaseSync } from 'node:sqlite';
import type { EventToAppend, ExpectedRevision } from '../port.ts';
import type { WriteRequest, WriteResult } from './messages.ts';
import { checksumOf, idToBytes } from './schema.ts';

type Stream = {
  readonly id: number;
  lastRevision: number; // -1: nothing yet
  maxCount: number | null;
  state: 'open' | 'deleted' | 'tombstoned';
};

/** The rules of appending, inside a transaction that the writer opens and ends. */
export type Streams = {
  append(request: WriteRequest): WriteResult;
  head(): number;
  /** After a rollback nothing remembered is sure. */
  forget(): void;
};

const streamsRememberedMax = 100_000;

export function openStreams(database: DatabaseSync): Streams {
  const sql = statements(database);
  const remembered = new Map<string, Stream>();
  let head = lastPosition(database);
  let clockMs = 0;

  const find = (name: string): Stream | null => {
    const known = remembered.get(name);
    if (known) return known;
    const row = sql.find.get(name) as Stream | undefined;
    if (!row) return null;
    const stream = { ...row };
    remember(stream, name);
    return stream;
  };
  const remember = (stream: Stream, name: string): void => {
    if (remembered.size >= streamsRememberedMax) remembered.clear();
    remembered.set(name, stream);
  };
  const make = (name: string): Stream => {
    const { lastInsertRowid } = sql.make.run(name);
    const made: Stream = {
      ...{ id: Number(lastInsertRowid), lastRevision: -1, maxCount: null, state: 'open' },
    };
    remember(made, name);
    return made;
  };
  const write = (stream: Stream, name: string, events: readonly EventToAppend[]): void => {
    // The clock of the log never goes back, whatever the machine's does.
    clockMs = Math.max(clockMs, Date.now());
    for (const { id, type, data, metadata } of events) {
      const revision = stream.lastRevision + 1;
      const checksum = checksumOf({ stream: name, revision, id, type, data, metadata });
      const { lastInsertRowid } = sql.insert.run(
        ...([stream.id, revision, idToBytes(id), type, data, metadata, clockMs, checksum] as const),
      );
      stream.lastRevision = revision;
      head = Number(lastInsertRowid);
    }
    sql.move.run(stream.lastRevision, stream.id);
    if (stream.maxCount !== null) {
      sql.scavenge.run(stream.id, stream.lastRevision - stream.maxCount);
    }
  };
  const applyMetadata = (name: string, events: readonly EventToAppend[]): void => {
    const newest = events.at(-1);
    if (!name.startsWith('$$') || newest?.type !== '$metadata') return;
    const target = name.slice(2);
    const stream = find(target) ?? make(target);
    stream.maxCount = maxCountOf(newest.data);
    sql.keep.run(stream.maxCount, stream.id);
    if (stream.maxCount !== null) {
      sql.scavenge.run(stream.id, stream.lastRevision - stream.maxCount);
    }
  };

  return {
    append: ({ ticket, stream: name, expected, events }) => {
      const found = find(name);
      if (found?.state === 'tombstoned') return { ticket, kind: 'stream-deleted' };
      const lastRevision = found?.lastRevision ?? -1;
      const earlier = found ? whereStored(sql, found, events, expected) : null;
      if (earlier) return { ticket, kind: 'appended', fresh: false, ...earlier };
      if (!matches(expected, lastRevision)) {
        const revision = lastRevision === -1 ? 'no-stream' : lastRevision;
        return { ticket, kind: 'conflict', revision };
      }
      const stream = found ?? make(name);
      write(stream, name, events);
      applyMetadata(name, events);
      const { lastRevision: revision } = stream;
      return { ticket, kind: 'appended', revision, position: head, fresh: true };
    },
    head: () => head,
    forget: () => {
      remembered.clear();
      head = lastPosition(database);
    },
  };
}

function matches(expected: ExpectedRevision, lastRevision: number): boolean {
  if (expected === 'any') return true;
  if (expected === 'no-stream') return lastRevision === -1;
  if (expected === 'stream-exists') return lastRevision >= 0;
  return expected === lastRevision;
}

/** Where these very events stand already, written by the same request before. */
function whereStored(
  sql: ReturnType<typeof statements>,
  stream: Stream,
  ...[events, expected]: [readonly EventToAppend[], ExpectedRevision]
): { readonly revision: number; readonly position: number } | null {
  if (typeof expected === 'number' && expected === stream.lastRevision) return null;
  const [first] = events;
  if (!first) return null;
  const found = sql.byId.get(stream.id, idToBytes(first.id)) as Place | undefined;
  if (!found) return null;
  if (typeof expected === 'number' && found.revision !== expected + 1) return null;
  if (expected === 'no-stream' && found.revision !== 0) return null;
  let last = found;
  for (const [at, { id }] of events.entries()) {
    const place = sql.byId.get(stream.id, idToBytes(id)) as Place | undefined;
    if (place?.revision !== found.revision + at) return null;
    last = place;
  }
  return { revision: last.revision, position: last.position };
}

type Place = { readonly revision: number; readonly position: number };

function maxCountOf(data: Uint8Array): number | null {
  try {
    const metadata: { $maxCount?: unknown } = JSON.parse(Buffer.from(data).toString('utf8'));
    const count = metadata.$maxCount;
    return typeof count === 'number' && count > 0 ? count : null;
  } catch {
    return null;
  }
}

function lastPosition(database: DatabaseSync): number {
  const row = database.prepare('select max(position) as head from event').get();
  return Number(row?.head ?? 0);
}

function statements(database: DatabaseSync) {
  const prepare = (text: string) => database.prepare(text);
  return {
    find: prepare(
      `select id, last_revision as lastRevision, max_count as maxCount, state
       from stream where name = ?`,
    ),
    make: prepare('insert into stream (name, last_revision) values (?, -1)'),
    insert: prepare(
      `insert into event (stream_id, revision, id, type, data, metadata, recorded_at_ms, checksum)
       values (?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    move: prepare('update stream set last_revision = ? where id = ?'),
    keep: prepare('update stream set max_count = ? where id = ?'),
    scavenge: prepare('delete from event where stream_id = ? and revision <= ?'),
    byId: prepare('select revision, position from event where stream_id = ? and id = ?'),
  };
}
