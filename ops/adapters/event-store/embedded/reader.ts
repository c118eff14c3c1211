import { DatabaseSync } from 'node:sqlite';
import { oldestKept } from './event-table.ts';
import type { EventRow, StoredEvent } from './rows.ts';
import { columns, isSystemEvent, toEvent } from './rows.ts';
import type { Stream } from './stream-table.ts';

/** A page of a stream; `from` is inclusive in both directions. */
export type StreamPage = {
  readonly name: string;
  readonly from: number;
  readonly direction: 'forwards' | 'backwards';
  readonly eventsMax: number;
};

/** Reads committed events with a connection of its own, a bounded page at a time. */
export type Reader = {
  stream(name: string): Readonly<Stream> | null;
  /** Empty when there is nothing (more), or when the stream is deleted. */
  pageOfStream(page: StreamPage): readonly StoredEvent[];
  /** The system's own events included. */
  pageOfAll(page: { readonly after: number; readonly eventsMax: number }): readonly StoredEvent[];
  pageOfAllBackwards(page: {
    readonly before: number; // exclusive
    readonly eventsMax: number;
  }): readonly StoredEvent[];
  /** Position of the newest event, the system's own included; 0 when there is none. */
  newestPosition(): number;
  /** Position of the newest event that is not the system's own; 0n when there is none. */
  head(): bigint;
  eventsRead(): number;
  close(): void;
};

/** What whole streams and the whole log are read by. */
export const pageEventsMax = 1_000;
/** A page ends with the event that reaches this, so it is exceeded by one event at most. */
const pageBytesMax = 4 * 1_048_576;
const namesRememberedMax = 100_000;

export function openReader(path: string): Reader {
  const database = new DatabaseSync(path, { readOnly: true });
  const sql = statements(database);
  const names = new Map<number, string>();
  let eventsRead = 0;

  const nameOf = (id: number): string => {
    const known = names.get(id);
    if (known !== undefined) return known;
    if (names.size >= namesRememberedMax) names.clear();
    const name = String(sql.nameById.get(id)?.name ?? '');
    names.set(id, name);
    return name;
  };
  const collect = (rows: Iterable<unknown>): StoredEvent[] => {
    const page: StoredEvent[] = [];
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
  const stream = (name: string) => (sql.streamByName.get(name) as Stream | undefined) ?? null;

  return {
    stream,
    pageOfStream: ({ name, from, direction, eventsMax }) => {
      const found = stream(name);
      if (found?.state !== 'open') return [];
      const oldest = oldestKept(found);
      if (direction === 'forwards') {
        return collect(sql.forwards.iterate(found.id, Math.max(from, oldest), eventsMax));
      }
      return collect(sql.backwards.iterate(found.id, from, oldest, eventsMax));
    },
    pageOfAll: ({ after, eventsMax }) => collect(sql.all.iterate(after, eventsMax)),
    pageOfAllBackwards: ({ before, eventsMax }) =>
      collect(sql.allBackwards.iterate(before, eventsMax)),
    newestPosition: () => Number(sql.newest.get()?.head ?? 0),
    head: () => {
      for (const row of sql.places.iterate() as Iterable<unknown>) {
        const [position, streamId, type] = row as [number, number, string];
        if (!isSystemEvent({ stream: nameOf(streamId), type })) return BigInt(position);
      }
      return 0n;
    },
    eventsRead: () => eventsRead,
    close: () => database.close(),
  };
}

/** Whether a page of at most `pageEventsMax` events may have ended before its time. */
export function isFull(page: readonly StoredEvent[]): boolean {
  const bytes = page.reduce((sum, { data, metadata }) => sum + data.length + metadata.length, 0);
  return page.length >= pageEventsMax || bytes >= pageBytesMax;
}

function statements(database: DatabaseSync) {
  const rows = (text: string) => {
    const statement = database.prepare(text);
    statement.setReturnArrays(true); // the fastest way out
    return statement;
  };
  return {
    all: rows(`select ${columns} from event where position > ? order by position limit ?`),
    allBackwards: rows(
      `select ${columns} from event where position < ? order by position desc limit ?`,
    ),
    forwards: rows(
      `select ${columns} from event where stream_id = ? and revision >= ?
       order by revision limit ?`,
    ),
    backwards: rows(
      `select ${columns} from event where stream_id = ? and revision <= ? and revision >= ?
       order by revision desc limit ?`,
    ),
    places: rows('select position, stream_id, type from event order by position desc'),
    newest: database.prepare('select max(position) as head from event'),
    nameById: database.prepare('select name from stream where id = ?'),
    streamByName: database.prepare(
      `select id, name, last_revision as lastRevision, max_count as maxCount,
         truncate_before as truncateBefore, state
       from stream where name = ?`,
    ),
  };
}
