import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { EachBatchPayload, Kafka } from 'kafkajs';
import type { Range, StoredRecord } from './kafka-client.ts';
import { openConsumer } from './kafka-kafkajs-member.ts';
import { recordOf } from './kafka-kafkajs-record.ts';
import { EventLogUnavailable } from './port.ts';

const readWithinMs = 20_000;

/**
 * Reads as a group of its own, which it joins and leaves: this library reads in no other way. Where
 * something is not decided within a while it is unavailable.
 */
export async function readRanges(
  kafka: Kafka,
  topic: string,
  ranges: ReadonlyMap<number, Range>,
): Promise<readonly StoredRecord[]> {
  const records: StoredRecord[] = [];
  const open = new Map([...ranges].filter(([, { from, to }]) => from < to));
  const over = Promise.withResolvers<void>();
  const passed = (partition: number, next: number): void => {
    if (next >= (open.get(partition)?.to ?? 0)) open.delete(partition);
    if (open.size === 0) over.resolve();
  };
  const consumer = openConsumer(kafka, `parley-reader-${randomUUID()}`);
  consumer.on('consumer.crash', ({ payload }) => over.reject(payload.error));
  // Tells of batches too of which nothing is left but what closes a transaction.
  consumer.on('consumer.end_batch_process', ({ payload }) =>
    passed(payload.partition, Number(payload.lastOffset) + 1),
  );
  consumer.on('consumer.group_join', () => {
    for (const [partition, { from }] of ranges) {
      consumer.seek({ topic, partition, offset: `${from}` });
    }
  });
  const eachBatch = async ({ batch, isStale }: EachBatchPayload): Promise<void> => {
    const { partition } = batch;
    const range = open.get(partition);
    if (range === undefined || isStale()) return;
    const found = batch.messages.map((message) => recordOf(message, partition));
    records.push(...found.filter(({ offset }) => offset >= range.from && offset < range.to));
  };
  try {
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await consumer.run({ autoCommit: false, eachBatch, partitionsConsumedConcurrently: 64 });
    await Promise.race([over.promise, pause(readWithinMs, undefined, { ref: false })]);
    if (open.size > 0) throw new EventLogUnavailable('records cannot be read yet');
    return records;
  } finally {
    over.promise.catch(() => undefined);
    await consumer.disconnect().catch(() => undefined);
  }
}
