import { DatabaseSync } from 'node:sqlite';
import type { RecordedEvent } from '../port.ts';
import { checksumOf, idFromBytes } from './schema.ts';

/** A stored event does not match its checksum: the file was damaged under us. */
export class DamagedEvent extends Error {
  override readonly name = 'DamagedEvent';
}

export type StreamRow = {
  readonly id: number;
  readonly lastRevision: number;
  readonly maxCount: number | null;
  readonly state: 'open' | 'deleted' | 'tombstoned';
};

/** Reads committed events with a connection of its own, a bounded page at a time. */
export type Reader = {
  stream(name: string): StreamRow | null;
  pageOfStream(page: {
    readonly name: string;
    readonly from: number; // inclusive
    readonly direction: 'forwards' | 'backwards';
    readonly eventsMax: number;
  }): readonly RecordedEvent[];
  pageOfAll(page: { readonly after: number; readonly eventsMax: number }): readonly RecordedEvent[];
  /** Position of the newest event, the system's own included. */
  head(): bigint;
  eventsRead(): number;
  close(): void;
};

const pageBytesMax = 4 * 1024 * 1024;
const namesRememberedMax = 100_000;
const columns = 'position, stream_id, revision, id, type, data, metadata, recorded_at_ms, checksum';

export function openReader(path: string): Reader {
  const database = new DatabaseSync(path, { readOnly: true });
  const all = database.prepare(
    `select ${columns} from event where position > ? order by position limit ?`,
  );
  const forwards = database.prepare(
    `select ${columns} from event where stream_id = ? and revision >= ? order by revision limit ?`,
  );
  const backwards = database.prepare(
    `select ${columns} from event where stream_id = ? and revision <= ? and revision >= ?
     order by revision desc limit ?`,
  );
  for (const statement of [all, forwards, backwards]) statement.setReturnArrays(true);
  const byName = database.prepare(
    `select id, last_revision as lastRevision, max_count as maxCount, state
     from stream where name = ?`,
  );
  const byId = database.prepare('select name from stream where id = ?');
  const newest = database.prepare('select max(position) as head from event');
  const names = new Map<number, string>();
  let eventsRead = 0;

  const nameOf = (id: number): string => {
    const known = names.get(id);
    if (known !== undefined) return known;
    if (names.size >= namesRememberedMax) names.clear();
    const name = String(byId.get(id)?.name ?? '');
    names.set(id, name);
    return name;
  };
  const collect = (rows: Iterable<unknown>): RecordedEvent[] => {
    const page: RecordedEvent[] = [];
    let bytes = 0;
    for (const row of rows) {
      const event = toEvent(row as EventRow, nameOf);
      page.push(event);
      bytes += event.data.length + event.metadata.length;
      if (bytes >= pageBytesMax) break;
    }
    eventsRead += page.length;
    return page;
  };

  return {
    stream: (name) => (byName.get(name) as StreamRow | undefined) ?? null,
    pageOfStream: ({ name, from, direction, eventsMax }) => {
      const stream = byName.get(name) as StreamRow | undefined;
      if (stream?.state !== 'open') return [];
      const oldest = stream.maxCount === null ? 0 : stream.lastRevision - stream.maxCount + 1;
      if (direction === 'forwards') {
        return collect(forwards.iterate(stream.id, Math.max(from, oldest), eventsMax));
      }
      return collect(backwards.iterate(stream.id, from, oldest, eventsMax));
    },
    pageOfAll: ({ after, eventsMax }) => collect(all.iterate(after, eventsMax)),
    head: () => BigInt(Number(newest.get()?.head ?? 0)),
    eventsRead: () => eventsRead,
    close: () => database.close(),
  };
}

type EventRow = readonly [
  position: number,
  streamId: number,
  revision: number,
  id: Uint8Array,
  type: string,
  data: Uint8Array,
  metadata: Uint8Array,
  recordedAtMs: number,
  checksum: number,
];

function toEvent(row: EventRow, nameOf: (id: number) => string): RecordedEvent {
  const [position, streamId, revision, idBytes, type, data, metadata, recordedAtMs, checksum] = row;
  const stream = nameOf(streamId);
  const id = idFromBytes(idBytes);
  if (checksumOf({ stream, revision, id, type, data, metadata }) !== checksum) {
    throw new DamagedEvent(
      `The event at position ${position} (revision ${revision} of ${stream}) is damaged on disk: ` +
        'restore the file from a backup.',
    );
  }
  return { id, stream, revision, position: BigInt(position), type, data, metadata, recordedAtMs };
}
