import type { DatabaseSync } from 'node:sqlite';
import type { LogEvent } from './messages.ts';
import type { Body } from './schema.ts';
import { checksumOf, dataOf, idToBytes, toBody } from './schema.ts';
import type { Stream } from './stream-table.ts';

export type Place = { readonly revision: number; readonly position: number };

/** The events as the writer sees them. */
export type EventTable = {
  /** Gives the event the stream's next revision and the log's next position. */
  add(stream: Stream, event: LogEvent): void;
  placeOf(stream: Stream, id: string): Place | null;
  newestData(stream: Stream): Uint8Array | null;
  /** Removes a bounded number of events that the stream no longer keeps. */
  scavenge(stream: Stream, eventsMax: number): void;
  /** Position of the newest event. */
  head(): number;
  /** The clock of the log never goes back, whatever the machine's does. */
  setClock(nowMs: number): void;
  forget(): void;
};

export function openEventTable(database: DatabaseSync): EventTable {
  const insert = database.prepare(
    `insert into event (stream_id, revision, id, type, body, data_bytes, json, recorded_at_ms,
       checksum)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const byId = database.prepare('select revision, position from event where stream_id=? and id=?');
  const newest = database.prepare(
    `select body, data_bytes as dataBytes from event
     where stream_id = ? order by revision desc limit 1`,
  );
  const scavenge = database.prepare(
    `delete from event where position in (
       select position from event where stream_id = ? and revision < ? order by revision limit ?)`,
  );
  let { position: head, recordedAtMs: clockMs } = lastOf(database);

  return {
    add: (stream, { id, type, data, metadata, json = true }) => {
      const revision = stream.lastRevision + 1;
      const idBytes = idToBytes(id);
      const { body, dataBytes } = toBody(idBytes, data, metadata);
      const checksum = checksumOf({ stream: stream.name, revision, type, body, dataBytes });
      const content = [type, body, dataBytes, json ? 1 : 0] as const;
      const row = [stream.id, revision, idBytes, ...content, clockMs, checksum] as const;
      head = Number(insert.run(...row).lastInsertRowid);
      stream.lastRevision = revision;
    },
    placeOf: (stream, id) => (byId.get(stream.id, idToBytes(id)) as Place | undefined) ?? null,
    newestData: (stream) => {
      const row = newest.get(stream.id) as Body | undefined;
      return row ? dataOf(row) : null;
    },
    scavenge: (stream, eventsMax) => {
      const oldest = oldestKept(stream);
      if (oldest > 0) scavenge.run(stream.id, Math.min(oldest, stream.lastRevision + 1), eventsMax);
    },
    head: () => head,
    setClock: (nowMs) => {
      clockMs = Math.max(clockMs, nowMs);
    },
    forget: () => {
      head = lastOf(database).position;
    },
  };
}

/** Revision of the oldest event that the stream's metadata lets be seen. */
export function oldestKept(stream: Omit<Stream, 'id' | 'name' | 'state'>): number {
  const { lastRevision, maxCount, truncateBefore } = stream;
  return Math.max(truncateBefore, maxCount === null ? 0 : lastRevision - maxCount + 1);
}

function lastOf(database: DatabaseSync) {
  const row = database
    .prepare('select position, recorded_at_ms as atMs from event order by position desc limit 1')
    .get();
  return { position: Number(row?.position ?? 0), recordedAtMs: Number(row?.atMs ?? 0) };
}
