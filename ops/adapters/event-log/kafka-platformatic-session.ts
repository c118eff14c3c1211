import type { MessageToProduce } from '@platformatic/kafka';
import { Producer } from '@platformatic/kafka';
import type { Batch, PlacedRecord, Session } from './kafka-client.ts';
import { epochHeader, patience, retryDelayMs } from './kafka-client.ts';
import type { Base } from './kafka-platformatic.ts';
import { kindOf, says } from './kafka-platformatic-errors.ts';
import { sessionOn } from './kafka-session.ts';

/** Without it the library says that it is Kafka's very first producer, going on. */
const asNewcomer = { producerId: -1n, producerEpoch: -1 };

/**
 * A transactional producer of its own. Kafka could take a request that was sent twice for one of
 * the next transaction (KAFKA-17754): after anything went wrong on the way the session is not used
 * again, and the next one has a newer producer epoch, under which the late request is refused.
 */
export async function openTransactions(base: Base, transactionalId: string): Promise<Session> {
  let isSound = true;
  const producer = new Producer({
    ...base,
    transactionalId,
    idempotent: true,
    timeout: patience.transactionMs,
    retryDelay: (...[, , attempt, , cause]) => {
      if (!says(cause).includes('CONCURRENT_TRANSACTIONS')) isSound = false;
      return retryDelayMs(attempt);
    },
  });
  producer.on('error', () => undefined); // seen by who writes
  const close = () => producer.close();
  try {
    // The first transaction makes Kafka shut out those before us; nothing of it is sent.
    await (await producer.beginTransaction(asNewcomer)).cancel();
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

async function send(producer: Producer, batch: Batch) {
  const last = new Map<number, number>();
  const transaction = await producer.beginTransaction();
  try {
    for (const chunk of batch.chunks) {
      const { offsets = [] } = await transaction.send({ messages: messagesOf(batch, chunk) });
      for (const { partition, offset } of offsets) {
        const count = chunk.filter((record) => record.partition === partition).length;
        last.set(partition, Number(offset) + count - 1);
      }
    }
  } catch (cause) {
    // Whoever writes next ends it otherwise; what waits behind it is read sooner so.
    await transaction.abort().catch(() => undefined);
    throw cause;
  }
  return { last, commit: () => transaction.commit() };
}

function messagesOf(
  { topic, epoch }: Batch,
  chunk: readonly PlacedRecord[],
): MessageToProduce<Buffer, Buffer, Buffer, Buffer>[] {
  const headers = new Map([[Buffer.from(epochHeader), Buffer.from(`${epoch}`)]]);
  return chunk.map(({ key, value, partition }) => ({
    ...{ topic, partition, headers },
    key: Buffer.from(key),
    value: Buffer.from(value),
  }));
}
