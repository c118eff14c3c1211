import { setTimeout as pause } from 'node:timers/promises';
import type { Consumer, EachBatchPayload, Kafka } from 'kafkajs';
import type { Join, Membership } from './kafka-client.ts';
import { fetchBytesMax, patience } from './kafka-client.ts';
import { says } from './kafka-kafkajs-errors.ts';
import { recordOf } from './kafka-kafkajs-record.ts';
import { EventLogUnavailable } from './port.ts';

const consumedAtOnce = 64; // partitions

/** A consumer of this library, for a group or for itself. */
export function openConsumer(kafka: Kafka, groupId: string): Consumer {
  return kafka.consumer({
    groupId,
    sessionTimeout: patience.sessionMs,
    rebalanceTimeout: patience.rebalanceMs,
    heartbeatInterval: patience.heartbeatMs,
    maxBytes: fetchBytesMax.all,
    maxBytesPerPartition: fetchBytesMax.partition,
    maxWaitTimeInMs: patience.fetchWaitMs,
    allowAutoTopicCreation: false,
    retry: { retries: 6, restartOnFailure: async () => false },
  });
}

/**
 * A member of a group. What the library reads of a partition is held back while enough of it lies
 * in the intake; it hears meanwhile, through its heartbeat, that partitions are shared anew.
 */
export async function joinGroup(kafka: Kafka, request: Join): Promise<Membership> {
  const { topic, group, from, intake } = request;
  const consumer = openConsumer(kafka, group);
  let placed: ReadonlyMap<number, Promise<void>> = new Map();
  let commitNow: EachBatchPayload['commitOffsetsIfNecessary'] | null = null;
  consumer.on('consumer.crash', ({ payload }) => intake.fail(payload.error));
  consumer.on('consumer.group_join', ({ payload }) => {
    const owned = payload.memberAssignment[topic] ?? [];
    intake.begin(owned);
    placed = new Map(owned.map((partition) => [partition, place(consumer, request, partition)]));
  });
  const leave = async (): Promise<void> => {
    const left = consumer.disconnect();
    intake.bell.ring();
    await left;
  };
  const eachBatch = async (payload: EachBatchPayload): Promise<void> => {
    const { partition } = payload.batch;
    await placed.get(partition);
    if (payload.isStale()) return; // it is read from elsewhere
    commitNow = payload.commitOffsetsIfNecessary;
    await handOver(payload, request);
  };
  try {
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: from === 'start' });
    await consumer.run({
      ...{ autoCommit: false, eachBatchAutoResolve: false, eachBatch },
      partitionsConsumedConcurrently: consumedAtOnce,
    });
  } catch (cause) {
    await leave().catch(() => undefined);
    throw cause;
  }
  return {
    commit: async (next) => {
      if (commitNow === null) throw new EventLogUnavailable('nothing was read yet');
      const partitions = [...next].map(([partition, offset]) => ({
        ...{ partition, offset: `${offset}` },
      }));
      await commitNow({ topics: [{ topic, partitions }] }).catch((cause: unknown) => {
        if (!says(cause).includes('ILLEGAL_GENERATION')) throw cause; // as for any older batch
      });
    },
    leave,
  };
}

async function place(consumer: Consumer, { topic, startAt, intake }: Join, partition: number) {
  if (startAt === undefined) return;
  const generation = intake.generation();
  try {
    const offset = await startAt(partition);
    if (offset === null || generation !== intake.generation()) return;
    consumer.seek({ topic, partition, offset: `${offset}` });
  } catch (cause) {
    intake.fail(cause);
  }
}

async function handOver(payload: EachBatchPayload, { intake }: Join): Promise<void> {
  const { batch, resolveOffset, heartbeat, isRunning } = payload;
  const { partition, messages } = batch;
  const generation = intake.generation();
  intake.put(
    partition,
    messages.map((message) => {
      const { epoch, ...record } = recordOf(message, partition);
      return record;
    }),
  );
  resolveOffset(messages.at(-1)?.offset ?? batch.lastOffset());
  while (isRunning() && generation === intake.generation() && !intake.wants(partition)) {
    const rung = intake.bell.rung();
    await Promise.race([rung, pause(patience.heartbeatMs / 2)]);
    await heartbeat();
  }
}
