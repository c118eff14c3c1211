import type { Admin, KafkaConfig } from 'kafkajs';
import kafkajs from 'kafkajs';
import type { KafkaAddress } from './kafka-address.ts';
import { unusable } from './kafka-address.ts';
import type { KafkaClient } from './kafka-client.ts';
import { patience } from './kafka-client.ts';
import { kindOf, says } from './kafka-kafkajs-errors.ts';
import { joinGroup } from './kafka-kafkajs-member.ts';
import { readRanges } from './kafka-kafkajs-ranges.ts';
import { openTransactions } from './kafka-kafkajs-session.ts';

/** Kafka by kafkajs, on its public API. */
export async function openKafkajsClient(address: KafkaAddress): Promise<KafkaClient> {
  const config = configOf(address);
  const kafka = new kafkajs.Kafka(config);
  const admin = kafka.admin();
  try {
    await admin.connect();
    await admin.describeCluster();
  } catch (cause) {
    await admin.disconnect().catch(() => undefined);
    throw unusable(address, cause, says(cause));
  }
  return {
    partitionsOf: (topic) => partitionsOf(admin, topic),
    createTopic: async (topic, { partitions, settings }) => {
      const configEntries = Object.entries(settings).map(([name, value]) => ({ name, value }));
      const made = { topic, numPartitions: partitions, replicationFactor: -1, configEntries };
      await admin.createTopics({ topics: [made], waitForLeaders: true }); // false where it is there
    },
    offsets: (topic, of) => offsetsOf(admin, topic, of),
    committed: async (topic, groupId) => {
      const [found] = await admin.fetchOffsets({ groupId, topics: [topic] });
      const known = found?.partitions ?? [];
      return inOrder(known).map(({ offset }) => (Number(offset) < 0 ? null : Number(offset)));
    },
    read: (topic, ranges) => readRanges(kafka, topic, ranges),
    openSession: (name) => openTransactions(config, name),
    join: (request) => joinGroup(kafka, request),
    ping: async () => {
      await admin.describeCluster();
    },
    kindOf,
    close: () => admin.disconnect(),
  };
}

function configOf({ brokers, tls, login }: KafkaAddress): KafkaConfig {
  return {
    clientId: 'parley',
    brokers: brokers.map(({ host, port }) => `${host.includes(':') ? `[${host}]` : host}:${port}`),
    connectionTimeout: patience.connectMs,
    requestTimeout: patience.requestMs,
    retry: {
      retries: 6,
      ...{ initialRetryTime: patience.retryFirstMs, maxRetryTime: patience.retryMaxMs },
      factor: 1, // full jitter
    },
    logLevel: kafkajs.logLevel.NOTHING,
    ...(tls ? { ssl: true } : {}),
    ...(login ? { sasl: saslOf(login) } : {}),
  };
}

function saslOf({ mechanism, username, password }: NonNullable<KafkaAddress['login']>) {
  const who = { username, password };
  if (mechanism === 'PLAIN') return { mechanism: 'plain', ...who } as const;
  if (mechanism === 'SCRAM-SHA-256') return { mechanism: 'scram-sha-256', ...who } as const;
  return { mechanism: 'scram-sha-512', ...who } as const;
}

async function partitionsOf(admin: Admin, topic: string): Promise<number | null> {
  try {
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
    return topics[0]?.partitions.length ?? null;
  } catch (cause) {
    if (says(cause).includes('UNKNOWN_TOPIC_OR_PARTITION')) return null;
    throw cause;
  }
}

/** This library does not say what is decided; who reads up to the end waits until it is. */
async function offsetsOf(admin: Admin, topic: string, of: 'begin' | 'decided') {
  const known = inOrder(await admin.fetchTopicOffsets(topic));
  return known.map(({ low, high }) => Number(of === 'begin' ? low : high));
}

function inOrder<One extends { readonly partition: number }>(all: readonly One[]): readonly One[] {
  return [...all].sort((a, b) => a.partition - b.partition);
}
