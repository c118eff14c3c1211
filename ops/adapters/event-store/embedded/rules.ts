import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { ExpectedRevision } from '../port.ts';
import type { EventTable } from './event-table.ts';
import { openEventTable } from './event-table.ts';
import type { AppendWrite, LogEvent, RemoveWrite, WriteRequest, WriteResult } from './messages.ts';
import { deletedMark, parseKeeping, streamDescribedBy, withTruncation } from './stream-metadata.ts';
import type { Stream, StreamTable } from './stream-table.ts';
import { openStreamTable } from './stream-table.ts';

/** The rules of the log, inside a transaction that the writer opens and ends. */
export type Rules = {
  apply(request: WriteRequest): WriteResult;
  setClock(nowMs: number): void;
  /** After a rollback nothing remembered is sure. */
  forget(): void;
};

type Tables = { readonly events: EventTable; readonly streams: StreamTable };

/** Removed at one append beyond what it added, so that no append pays for a long history. */
const scavengedEventsMax = 64;

export function openRules(database: DatabaseSync): Rules {
  const tables = { events: openEventTable(database), streams: openStreamTable(database) };
  return {
    apply: (request) =>
      request.kind === 'append' ? append(tables, request) : remove(tables, request),
    setClock: tables.events.setClock,
    forget: () => {
      tables.events.forget();
      tables.streams.forget();
    },
  };
}

function append(tables: Tables, { ticket, stream: name, expected, events }: AppendWrite) {
  const found = tables.streams.find(name);
  if (found?.state === 'tombstoned') return { ticket, kind: 'stream-deleted' } as const;
  const lastRevision = found?.lastRevision ?? -1;
  const places = found ? events.map(({ id }) => tables.events.placeOf(found, id)) : [];
  if (places.some((place) => place !== null) || hasTwins(events)) {
    const last = isFirstOutcome(places, expected) ? places.at(-1) : null;
    if (last) return { ticket, kind: 'appended', fresh: false, ...last } as const;
    return conflict(ticket, lastRevision);
  }
  const seen = typeof expected === 'number' ? lastRevision : visibleRevision(found);
  if (!matches(expected, seen)) return conflict(ticket, lastRevision);
  if (events.length > 0) write(tables, tables.streams.findOrMake(name), events);
  const revision = lastRevision + events.length;
  const position = tables.events.head();
  return { ticket, kind: 'appended', revision, position, fresh: events.length > 0 } as const;
}

function hasTwins(events: readonly LogEvent[]): boolean {
  return new Set(events.map(({ id }) => id.toLowerCase())).size < events.length;
}

/** These very events stand there in a row, as a request with this expectation would put them. */
function isFirstOutcome(
  places: readonly ({ readonly revision: number } | null)[],
  expected: ExpectedRevision,
): boolean {
  const first = places[0]?.revision ?? -1;
  if (first < 0 || places.some((place, at) => place?.revision !== first + at)) return false;
  if (expected === 'no-stream') return first === 0;
  return typeof expected !== 'number' || first === expected + 1;
}

function matches(expected: ExpectedRevision, lastRevision: number): boolean {
  if (expected === 'any') return true;
  if (expected === 'no-stream') return lastRevision === -1;
  if (expected === 'stream-exists') return lastRevision >= 0;
  return expected === lastRevision;
}

function conflict(ticket: number, lastRevision: number) {
  const revision = lastRevision === -1 ? ('no-stream' as const) : lastRevision;
  return { ticket, kind: 'conflict', revision } as const;
}

/** A deleted stream counts as none until it is written again; its revisions still go on. */
function visibleRevision(stream: Stream | null): number {
  return stream?.state === 'open' ? stream.lastRevision : -1;
}

function write(tables: Tables, stream: Stream, events: readonly LogEvent[]): void {
  if (stream.state === 'deleted') revive(tables, stream);
  for (const event of events) tables.events.add(stream, event);
  tables.streams.save(stream);
  tables.events.scavenge(stream, events.length + scavengedEventsMax);
  const target = streamDescribedBy(stream.name);
  const newest = events.at(-1);
  if (target === null || newest?.type !== '$metadata') return;
  keep(tables, tables.streams.findOrMake(target), newest.data);
}

/** The stream goes on after what was deleted, and its metadata says from where. */
function revive(tables: Tables, stream: Stream): void {
  describe(tables, stream, stream.lastRevision + 1);
}

function keep(tables: Tables, stream: Stream, metadata: Uint8Array): void {
  if (stream.state === 'tombstoned') return;
  const { maxCount, truncateBefore } = parseKeeping(metadata);
  stream.maxCount = maxCount;
  stream.truncateBefore = truncateBefore;
  stream.state = truncateBefore === deletedMark ? 'deleted' : 'open';
  tables.streams.save(stream);
  tables.events.scavenge(stream, scavengedEventsMax);
}

/** Deletions are events too: metadata with a truncation, or a last event in the stream itself. */
function remove(tables: Tables, { ticket, stream: name, expected, removal }: RemoveWrite) {
  const found = tables.streams.find(name);
  if (found?.state === 'tombstoned') return { ticket, kind: 'stream-deleted' } as const;
  const revision = visibleRevision(found);
  const absent = removal === 'deleted' && expected === 'any' && revision === -1;
  if (absent || !matches(expected, revision)) return conflict(ticket, revision);
  const stream = tables.streams.findOrMake(name);
  if (removal === 'deleted') describe(tables, stream, deletedMark);
  else bury(tables, stream);
  return { ticket, kind: 'removed', position: tables.events.head() } as const;
}

function describe(tables: Tables, stream: Stream, truncateBefore: number): void {
  const about = tables.streams.findOrMake(`$$${stream.name}`);
  const data = withTruncation(tables.events.newestData(about), truncateBefore);
  write(tables, about, [systemEvent('$metadata', data)]);
}

function bury(tables: Tables, stream: Stream): void {
  tables.events.add(stream, systemEvent('$streamDeleted', Buffer.from('{}')));
  stream.state = 'tombstoned';
  stream.truncateBefore = stream.lastRevision;
  tables.streams.save(stream);
  tables.events.scavenge(stream, scavengedEventsMax);
}

export function systemEvent(type: string, data: Uint8Array): LogEvent {
  return { id: randomUUID(), type, data, metadata: Buffer.alloc(0) };
}
