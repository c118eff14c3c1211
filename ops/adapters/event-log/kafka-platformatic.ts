import type { BaseOptions, Consumer as NativeConsumer } from '@platformatic/kafka';
import { Admin, Consumer, FetchIsolationLevels, ListOffsetTimestamps } from '@platformatic/kafka';
import { PlainError } from '../../plain-error.ts';
import type { KafkaAddress } from './kafka-address.ts';
import { unusable } from './kafka-address.ts';
import type { KafkaClient } from './kafka-client.ts';
import { patience, retryDelayMs } from './kafka-client.ts';
import { kindOf, says } from './kafka-platformatic-errors.ts';
import { openFetcher } from './kafka-platformatic-fetch.ts';
import { joinGroup } from './kafka-platformatic-member.ts';
import { openTransactions } from './kafka-platformatic-session.ts';

/** What every connection of this library is made with. */
export type Base = Pick<BaseOptions, 'clientId' | 'bootstrapBrokers'> & Partial<BaseOptions>;

const fetchMin = 13; // by a topic's id; it came with Kafka 3.1

/** Kafka by @platformatic/kafka, on its native API. */
export async function openPlatformaticClient(address: KafkaAddress): Promise<KafkaClient> {
  const base = baseOf(address);
  const admin = new Admin(base);
  const reader = new Consumer({ ...base, groupId: 'parley-reader' });
  for (const client of [admin, reader]) client.on('error', () => undefined); // seen by who asks
  const close = async (): Promise<void> => {
    await Promise.all([admin.close(), reader.close(true)]);
  };
  try {
    await firstAnswer(admin, address);
  } catch (cause) {
    await close().catch(() => undefined);
    throw cause;
  }
  const fetcher = openFetcher(reader);
  return {
    partitionsOf: (topic) => partitionsOf(admin, topic),
    createTopic: async (topic, { partitions, settings }) => {
      const configs = Object.entries(settings).map(([name, value]) => ({ name, value }));
      await admin
        .createTopics({ topics: [topic], partitions, replicas: -1, configs })
        .catch(unless('TOPIC_ALREADY_EXISTS'));
    },
    offsets: (topic, of) => offsetsOf(reader, topic, of),
    committed: (topic, group) => committedOf(admin, topic, group),
    read: (topic, ranges) => fetcher.read(topic, ranges),
    openSession: (name) => openTransactions(base, name),
    join: (request) => joinGroup(base, request),
    ping: async () => {
      await admin.metadata({ topics: [], forceUpdate: true, retries: 0 });
    },
    ...{ kindOf, close },
  };
}

function baseOf({ brokers, tls, login }: KafkaAddress): Base {
  return {
    clientId: 'parley',
    bootstrapBrokers: [...brokers],
    connectTimeout: patience.connectMs,
    requestTimeout: patience.requestMs,
    timeout: patience.requestMs,
    retries: 6,
    retryDelay: (_client: object, _operation: string, attempt: number) => retryDelayMs(attempt),
    autocreateTopics: false,
    ...(tls ? { tls: {}, tlsServerName: true } : {}),
    ...(login ? { sasl: login } : {}),
  };
}

/** The first question is not asked again: whoever starts is told what is wrong. */
async function firstAnswer(admin: Admin, address: KafkaAddress): Promise<void> {
  try {
    await admin.metadata({ topics: [], retries: 0 });
    const fetch = (await admin.listApis()).find(({ name }) => name === 'Fetch');
    if ((fetch?.maxVersion ?? 0) >= fetchMin) return;
  } catch (cause) {
    throw unusable(address, cause, says(cause));
  }
  throw new PlainError(`${address.server} is too old: Parley needs 3.1 or newer.`);
}

async function partitionsOf(admin: Admin, topic: string): Promise<number | null> {
  const asked = { topics: [topic], forceUpdate: true, autocreateTopics: false, retries: 0 };
  const metadata = await admin
    .metadata(asked)
    .catch(unless('UNKNOWN_TOPIC_OR_PARTITION', 'Unknown topic'));
  return metadata?.topics.get(topic)?.partitionsCount ?? null;
}

async function offsetsOf(reader: NativeConsumer, topic: string, of: 'begin' | 'decided') {
  const timestamp = of === 'begin' ? ListOffsetTimestamps.EARLIEST : ListOffsetTimestamps.LATEST;
  const isolationLevel = FetchIsolationLevels.READ_COMMITTED;
  const found = await reader.listOffsets({ topics: [topic], timestamp, isolationLevel });
  return (found.get(topic) ?? []).map(Number);
}

async function committedOf(admin: Admin, topic: string, group: string) {
  const count = (await partitionsOf(admin, topic)) ?? 0;
  const partitionIndexes = Array.from({ length: count }, (_, at) => at);
  const [found] = await admin.listConsumerGroupOffsets({
    groups: [{ groupId: group, topics: [{ name: topic, partitionIndexes }] }],
  });
  const known = found?.topics.find(({ name }) => name === topic)?.partitions ?? [];
  return partitionIndexes.map((at) => {
    const offset = known.find(({ partitionIndex }) => partitionIndex === at)?.committedOffset;
    return offset === undefined || offset < 0n ? null : Number(offset);
  });
}

/** Takes such an answer for none. */
function unless(...answers: readonly string[]): (cause: unknown) => undefined {
  return (cause) => {
    const said = says(cause);
    if (answers.some((answer) => said.includes(answer))) return undefined;
    throw cause;
  };
}
