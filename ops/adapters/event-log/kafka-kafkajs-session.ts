import type { KafkaConfig, Producer } from 'kafkajs';
import kafkajs from 'kafkajs';
import type { Batch, Session } from './kafka-client.ts';
import { epochHeader, patience } from './kafka-client.ts';
import { kindOf } from './kafka-kafkajs-errors.ts';
import { sessionOn } from './kafka-session.ts';

/**
 * A transactional producer of its own. Kafka could take a request that was sent twice for one of
 * the next transaction (KAFKA-17754): after a connection was lost or an answer late, which this
 * library tells its log alone, the session is not used again.
 */
export async function openTransactions(
  config: KafkaConfig,
  transactionalId: string,
): Promise<Session> {
  let isSound = true;
  const hear = ({ namespace }: { readonly namespace: string }) => {
    if (namespace === 'Connection') isSound = false;
  };
  const { Kafka, logLevel, Partitioners } = kafkajs;
  const kafka = new Kafka({ ...config, logLevel: logLevel.ERROR, logCreator: () => hear });
  const producer = kafka.producer({
    transactionalId,
    transactionTimeout: patience.transactionMs,
    idempotent: true,
    maxInFlightRequests: 1,
    createPartitioner: Partitioners.DefaultPartitioner,
  });
  const close = () => producer.disconnect();
  try {
    await producer.connect();
    // The first transaction makes Kafka shut out those before us; nothing of it is sent.
    await (await producer.transaction()).abort();
  } catch (cause) {
    await close().catch(() => undefined);
    throw cause;
  }
  isSound = true; // what was asked twice so far was asked before the newest producer epoch
  return sessionOn({
    send: (batch) => send(producer, batch),
    isSound: () => isSound,
    ...{ close, kindOf },
  });
}

async function send(producer: Producer, { topic, epoch, chunks }: Batch) {
  const last = new Map<number, number>();
  const transaction = await producer.transaction();
  const headers = { [epochHeader]: `${epoch}` };
  try {
    for (const chunk of chunks) {
      const messages = chunk.map(({ key, value, partition }) => ({
        ...{ key, value, partition, headers },
      }));
      for (const { partition, baseOffset = '0' } of await transaction.send({ topic, messages })) {
        const count = chunk.filter((record) => record.partition === partition).length;
        last.set(partition, Number(baseOffset) + count - 1);
      }
    }
  } catch (cause) {
    // Whoever writes next ends it otherwise; what waits behind it is read sooner so.
    await transaction.abort().catch(() => undefined);
    throw cause;
  }
  return { last, commit: () => transaction.commit() };
}
