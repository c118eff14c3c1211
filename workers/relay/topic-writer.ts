import type { LogRecordToAppend } from '../../ops/adapters/event-log/port.ts';
import type { RecordedEvent } from '../../ops/adapters/event-store/port.ts';
import type { Clock } from '../../projections/clock.ts';
import { encodeRecord, encodeWatermark } from '../../schemas/records/encode.ts';
import { recordKey } from '../../schemas/records/topics.ts';
import type { Places } from './place.ts';

/** How records and watermarks get into the topic. False everywhere means: fenced, stop. */
export type TopicWriter = {
  /** Appends events in order, and a watermark with them when one is due. */
  write(events: readonly RecordedEvent[], places: Places): Promise<boolean>;
  /** Notes that everything up to here is written, though none of it may be ours. */
  passed(position: bigint): void;
  /** Ms until the next watermark may go out; null when there is nothing new to say. */
  watermarkInMs(): number | null;
  writeWatermark(): Promise<boolean>;
  /** Says again what each partition says already, under our epoch. */
  repeat(places: Places): Promise<boolean>;
};

/** What the writer is made from. */
export type TopicWriterOptions = {
  readonly append: (records: readonly LogRecordToAppend[]) => Promise<boolean>;
  readonly partitionOf: (key: string) => number;
  readonly clock: Clock;
  readonly watermarkEveryMs: number;
};

/**
 * A watermark says "everything up to P is in this partition". It is written after, or in one append
 * with, the last event up to P, and never before.
 */
export function openTopicWriter(options: TopicWriterOptions): TopicWriter {
  const { append, partitionOf, clock, watermarkEveryMs } = options;
  let partitions = 0;
  let reached = 0n; // everything up to here is written
  let told = 0n; // what the last watermark said
  let toldAtMs = Number.NEGATIVE_INFINITY;
  const watermarkInMs = () =>
    reached > told ? Math.max(0, toldAtMs + watermarkEveryMs - clock.now()) : null;
  const tell = async (records: readonly LogRecordToAppend[]) => {
    const position = reached;
    const appended = await append([...records, ...watermarks(partitions, position)]);
    told = position;
    toldAtMs = clock.now();
    return appended;
  };
  const write = (events: readonly RecordedEvent[], places: Places) => {
    const records = events.flatMap((event) => recordOf(event, places, partitionOf));
    reached = events.at(-1)?.position ?? reached;
    return watermarkInMs() === 0 ? tell(records) : append(records);
  };
  return {
    write,
    passed: (position) => {
      reached = position > reached ? position : reached;
    },
    watermarkInMs,
    writeWatermark: () => tell([]),
    repeat: (places) => {
      partitions = places.length;
      return append(places.map((place, partition) => watermark(partition, place)));
    },
  };
}

/** Nothing for an event that its partition holds already. */
function recordOf(
  event: RecordedEvent,
  places: Places,
  partitionOf: (key: string) => number,
): readonly LogRecordToAppend[] {
  const key = recordKey(event.stream);
  const place = places[partitionOf(key)] ?? 0n;
  return event.position <= place ? [] : [{ key, value: encodeRecord(event) }];
}

function watermarks(partitions: number, position: bigint): readonly LogRecordToAppend[] {
  return Array.from({ length: partitions }, (_, partition) => watermark(partition, position));
}

function watermark(partition: number, position: bigint): LogRecordToAppend {
  return { key: '', partition, value: encodeWatermark(position) };
}
