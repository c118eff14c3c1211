import { setTimeout as pause } from 'node:timers/promises';
import { openGuard } from '../../guard.ts';
import { lastingSentence } from '../../misfit.ts';
import { PlainError } from '../../plain-error.ts';
import type { KafkaAddress } from './kafka-address.ts';
import { readKafkaAddress } from './kafka-address.ts';
import type { KafkaClient } from './kafka-client.ts';
import { consumeFrom } from './kafka-consume.ts';
import { tailsOf } from './kafka-newest.ts';
import type { KafkaWriter } from './kafka-writer.ts';
import { openKafkaWriter } from './kafka-writer.ts';
import { partitionOf } from './partition.ts';
import type { EventLog, LogAppend, TopicOptions } from './port.ts';
import { EventLogUnavailable } from './port.ts';

export type KafkaEventLogOptions = {
  readonly url: string; // as kafka-address.ts reads it
  readonly library: 'platformatic' | 'kafkajs';
  /** Calls that wait for their answer: above this one more is refused; 1,000 unless told. */
  readonly waitingMax?: number | undefined;
};

const recordBytesMax = 8_388_608;
const madeWithinMs = 10_000;

/**
 * The log on Kafka 3.1 or newer. Each append is one transaction, so that all of it is in the topic
 * or none, and consumers read what is committed. A broker that is away, refuses us or is too old
 * rejects with a PlainError at first; later failures are not final.
 */
export async function openKafkaEventLog(options: KafkaEventLogOptions): Promise<EventLog> {
  const address = readKafkaAddress(options.url);
  const client = await openClient(options.library, address);
  const translate = (cause: unknown): unknown => translated(client, cause, address);
  const guard = openGuard({
    isAway: (cause) => client.kindOf(cause) === 'away',
    translate,
    waitingMax: options.waitingMax ?? 1_000,
    tooMuchWaits: () => new EventLogUnavailable('too much waits for Kafka'),
  });
  const writers = new Map<string, KafkaWriter>();
  const counts = new Map<string, number>(); // they never change
  const partitionsOf = async (topic: string): Promise<number> => {
    const count = counts.get(topic) ?? (await guard.again(() => client.partitionsOf(topic)));
    if (count === null) throw new Error(`there is no topic ${topic}: call ensureTopic first`);
    counts.set(topic, count);
    return count;
  };
  const tails = async (topic: string) => {
    await partitionsOf(topic);
    return guard.again(() => tailsOf(client, topic));
  };
  return {
    ensureTopic: async (topic, layout) => {
      const count = await guard.again(() => ensured(client, topic, layout));
      if (count === layout.partitions) return;
      throw new Error(`topic ${topic} has ${count} partitions, not ${layout.partitions}`);
    },
    append: async ({ topic, epoch, records }) => {
      const placed = place(records, await partitionsOf(topic));
      const writer = writers.get(topic) ?? openKafkaWriter(client, topic);
      writers.set(topic, writer);
      return guard.once(() => writer.append(epoch, placed));
    },
    newest: async (topic) => (await tails(topic)).map(({ newest }) => newest && bare(newest)),
    ends: async (topic) => (await tails(topic)).map(({ end }) => end),
    consume: async function* consume(request) {
      await partitionsOf(request.topic);
      try {
        for await (const { records, commit } of consumeFrom(client, request)) {
          yield { records, commit: () => guard.once(commit) };
        }
      } catch (cause) {
        throw translate(cause);
      }
    },
    lag: async (topic, groups) => {
      // The ends last: what is committed and read meanwhile is no lag.
      const committedBy = (group: string) => guard.again(() => client.committed(topic, group));
      const committed = await Promise.all(groups.map(committedBy));
      const found = await tails(topic);
      return committed.map((places) =>
        found.map(({ begin, end }, at) => Math.max(0, end - (places[at] ?? begin))),
      );
    },
    breaker: guard.breaker,
    watchCalls: guard.watchCalls,
    health: () =>
      guard
        .again(() => client.ping())
        .then(
          () => ({ ok: true }),
          (cause: Error) => ({ ok: false, reason: cause.message }),
        ),
    [Symbol.asyncDispose]: async () => {
      await Promise.all([...writers.values()].map((writer) => writer.close()));
      await client.close();
    },
  };
}

/** Only the library that is used is loaded. */
async function openClient(library: KafkaEventLogOptions['library'], address: KafkaAddress) {
  if (library === 'kafkajs') {
    const { openKafkajsClient } = await import('./kafka-kafkajs.ts');
    return openKafkajsClient(address);
  }
  const { openPlatformaticClient } = await import('./kafka-platformatic.ts');
  return openPlatformaticClient(address);
}

async function ensured(client: KafkaClient, topic: string, layout: TopicOptions): Promise<number> {
  const found = await client.partitionsOf(topic);
  if (found !== null) return found;
  const retention = layout.retentionMs === 'for-ever' ? -1 : layout.retentionMs;
  const settings = {
    'cleanup.policy': 'delete',
    'retention.ms': `${retention}`,
    'retention.bytes': '-1',
    'max.message.bytes': `${recordBytesMax}`,
  };
  await client.createTopic(topic, { partitions: layout.partitions, settings });
  for (const until = performance.now() + madeWithinMs; performance.now() < until; ) {
    const made = await client.partitionsOf(topic);
    // It is known some moments before each partition has a leader that knows it.
    const leads = await client.offsets(topic, 'decided').then(
      () => true,
      () => false,
    );
    if (made !== null && leads) return made;
    await pause(20);
  }
  throw new EventLogUnavailable(`topic ${topic} was made, and cannot be seen`);
}

function place(records: LogAppend['records'], partitions: number) {
  return records.map(({ key, value, partition = partitionOf(key, partitions) }) => {
    if (partition >= partitions) throw new Error(`the topic has no partition ${partition}`);
    return { key, value, partition };
  });
}

function bare({ partition, offset, key, value }: LogRecordWithMore) {
  return { partition, offset, key, value };
}

type LogRecordWithMore = NonNullable<Awaited<ReturnType<typeof tailsOf>>[number]['newest']>;

function translated(client: KafkaClient, cause: unknown, address: KafkaAddress): unknown {
  if (cause instanceof EventLogUnavailable || cause instanceof PlainError) return cause;
  const sentence = lastingSentence(cause, address);
  if (sentence !== null) return new EventLogUnavailable(sentence, { cause });
  if (client.kindOf(cause) === 'away') {
    return new EventLogUnavailable(`the Kafka at ${address.where} does not answer`, { cause });
  }
  if (client.kindOf(cause) === 'shut-out') {
    return new EventLogUnavailable('another writer of this epoch takes the topic', { cause });
  }
  return cause;
}
