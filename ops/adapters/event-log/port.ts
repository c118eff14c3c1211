import type { Machine } from '../../guard.ts';

/**
 * The bus between the relay and its consumers: topics in partitions, as in Kafka. A copy that can
 * be rebuilt from the event store at any time, so it need not be flushed before it answers.
 * Promises of every driver:
 * - records of one key keep their order (same key, same partition);
 * - a group reads each partition through one member at a time, from its committed offset on;
 * - an append under an epoch lower than one already seen for the topic is refused ('fenced');
 * - what was appended stays while its writer is not fenced: a log that may have lost records in a
 *   crash refuses those who wrote before, so that they look again what it holds.
 */
export type EventLog = Machine & {
  /**
   * Idempotent: makes the topic if it is missing. The number of partitions of a topic never
   * changes.
   */
  ensureTopic(topic: string, options: TopicOptions): Promise<void>;
  append(request: LogAppend): Promise<{ readonly kind: 'appended' } | { readonly kind: 'fenced' }>;
  /**
   * The newest record of every partition, null where there is none: how a relay finds its place
   * again.
   */
  newest(topic: string): Promise<readonly (LogRecord | null)[]>;
  /**
   * The offset after every record of each partition. A place beyond it is that of another log,
   * since lost.
   */
  ends(topic: string): Promise<readonly number[]>;
  /**
   * Joins a group and yields batches until the signal is aborted; waits when there is nothing.
   * Where the log is another one than it was, as after a loss, a partition is read anew.
   */
  consume(request: Consume): AsyncIterable<LogBatch>;
  /**
   * Records behind, for each of these groups in each partition, all against one look at the topic;
   * a hole in the offsets counts as if it were full.
   */
  lag(topic: string, groups: readonly string[]): Promise<readonly (readonly number[])[]>;
};

/** The log cannot be reached now, or not in time; whoever wrote does not know what it holds. */
export class EventLogUnavailable extends Error {
  override readonly name = 'EventLogUnavailable';
}

/** How a topic is laid out; the number of partitions is chosen once. */
export type TopicOptions = {
  readonly partitions: number;
  readonly retentionMs: number | 'for-ever';
};

/** A record as it goes in. */
export type LogRecordToAppend = {
  readonly key: string; // '' with an explicit partition: a watermark
  readonly partition?: number | undefined; // undefined: chosen by the key
  readonly value: string;
};
/** One batch by one writer: all of it is in the topic, or none. */
export type LogAppend = {
  readonly topic: string;
  readonly epoch: number; // the writer's fencing epoch
  readonly records: readonly LogRecordToAppend[];
};
/** A record as the topic holds it. */
export type LogRecord = {
  readonly partition: number;
  readonly offset: number; // grows in its partition, and is never given twice; holes are possible
  readonly key: string;
  readonly value: string;
};
/** Who reads which topic, and from where. */
export type Consume = {
  readonly topic: string;
  readonly group: string;
  /** Where a partition starts when the group has no committed offset. */
  readonly from: 'start' | 'end';
  /**
   * Overrides committed offsets (a consumer that keeps its checkpoints elsewhere). Offset to read
   * next.
   */
  readonly startAt?: ((partition: number) => Promise<number | null>) | undefined;
  readonly recordsMax: number; // in a batch, over all partitions
  readonly signal: AbortSignal;
};
/** What is there to be read now, over all partitions the member owns. */
export type LogBatch = {
  readonly records: readonly LogRecord[]; // ascending by offset within each partition
  /** Marks everything in this batch as done for the group. */
  commit(): Promise<void>;
};
