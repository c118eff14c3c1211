import type { LogFile } from './files.ts';
import { transaction } from './files.ts';
import type { LogRecord } from './port.ts';

/**
 * One partition: its newest records in memory, which is where readers who keep up find all they
 * want, and the older ones in the file.
 */
export type Partition = {
  /** The offset that the next record gets. */
  next(): number;
  oldest(): number;
  newest(): LogRecord | null;
  append(record: {
    readonly key: string;
    readonly value: string;
    readonly atMs: number;
  }): LogRecord;
  /** Up to so many records from this offset on, ascending. */
  read(from: number, limit: number): readonly LogRecord[];
  /** Everything before this offset is in the file now. */
  written(before: number): void;
  /** Lets some of the records go that are older; the newest always stays. */
  expire(beforeMs: number): void;
};

const keptRecords = 1_000; // in memory after they were written, for each partition
const reservedAtOnce = 1_000_000;
const recordsExpiredAtOnceMax = 1_000; // retention must not stop the writer for long

/**
 * Opens the partitions of a topic. An offset is never given twice: blocks of them are reserved on
 * the disk before they are used, and whoever finds a reservation after a crash begins behind it. So
 * a consumer whose place outlived records that were lost reads all that is written in their stead.
 */
export function openPartitions(file: LogFile, topic: string, count: number): readonly Partition[] {
  const places = Array.from({ length: count }, (_, partition) => placeOf(file, topic, partition));
  const reserved = places.map(() => 0);
  const reserve = (): void => {
    const upTo = places.map(({ next }) => next + reservedAtOnce);
    const write = (): void => {
      for (const [partition, end] of upTo.entries()) file.reserve.run(topic, partition, end);
    };
    transaction(file, write, { durably: true });
    for (const [partition, end] of upTo.entries()) reserved[partition] = end;
  };
  return places.map((place, partition) =>
    openPartition(file, { topic, partition, place }, () => {
      if (place.next >= (reserved[partition] ?? 0)) reserve();
    }),
  );
}

type Place = { next: number; newest: LogRecord | null };

function placeOf({ newest, reserved }: LogFile, topic: string, partition: number): Place {
  const record = (newest.get(topic, partition) as LogRecord | undefined) ?? null;
  const left = reserved.get(topic, partition) as { upTo: number } | undefined;
  return {
    next: Math.max(record === null ? 0 : record.offset + 1, left?.upTo ?? 0),
    newest: record,
  };
}

function openPartition(
  file: LogFile,
  { topic, partition, place }: { topic: string; partition: number; place: Place },
  beforeAppend: () => void,
): Partition {
  let tail: (LogRecord & { readonly atMs: number })[] = []; // without holes, up to the newest
  const inFile = (from: number, limit: number) =>
    file.readFrom.all(topic, partition, from, limit) as unknown as LogRecord[];
  const inTail = (from: number, limit: number): readonly LogRecord[] => {
    const skipped = Math.max(0, from - (tail[0]?.offset ?? 0));
    return tail.slice(skipped, skipped + limit);
  };
  return {
    next: () => place.next,
    newest: () => place.newest,
    oldest: () => {
      const { oldest } = file.oldest.get(topic, partition) as { oldest: number | null };
      return oldest ?? tail[0]?.offset ?? place.next;
    },
    append: ({ key, value, atMs }) => {
      beforeAppend();
      const record = { partition, offset: place.next, key, value, atMs };
      tail.push(record);
      place.newest = record;
      place.next += 1;
      return record;
    },
    read: (from, limit) => {
      const first = tail[0]?.offset ?? place.next;
      if (from >= first) return inTail(from, limit);
      const older = inFile(from, limit);
      const after = (older.at(-1)?.offset ?? from - 1) + 1;
      // Rows of the file may reach into the tail, or a hole of a crash lie between both.
      return older.length === limit ? older : [...older, ...inTail(after, limit - older.length)];
    },
    written: (before) => {
      const forgotten = Math.min(before, place.next - keptRecords) - (tail[0]?.offset ?? 0);
      if (forgotten > keptRecords) tail = tail.slice(forgotten);
    },
    expire: (beforeMs) => {
      file.expire.run(topic, partition, beforeMs, recordsExpiredAtOnceMax);
      const young = tail.findIndex(({ atMs }) => atMs >= beforeMs);
      tail = tail.slice(young === -1 ? -1 : young);
    },
  };
}
