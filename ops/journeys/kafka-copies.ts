import kafkajs from 'kafkajs';

/** Everything in a topic once more, late and among newer records. */
export type Copies = {
  count(): number;
  [Symbol.asyncDispose](): Promise<void>;
};

const isCopy = 'copy';
const hundredth = 100;

/**
 * Writes every record of a topic, from its start or from now on, a second time, each hundredth nine
 * times more, to its partition: what a reader finds comes twice and, as copies come late, out of
 * order.
 */
export async function openCopies(
  brokers: readonly string[],
  topic: string,
  { from }: { readonly from: 'start' | 'now' } = { from: 'start' },
): Promise<Copies> {
  const kafka = new kafkajs.Kafka({ brokers: [...brokers], logLevel: kafkajs.logLevel.NOTHING });
  const producer = kafka.producer();
  const consumer = kafka.consumer({ groupId: 'copies' });
  let seen = 0;
  let written = 0;
  await producer.connect();
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: from === 'start' });
  await consumer.run({
    autoCommit: false,
    eachBatch: async ({ batch: { partition, messages } }) => {
      const own = messages.filter(({ headers }) => headers?.[isCopy] === undefined);
      const copies = own.flatMap(({ key, value, headers }) => {
        seen += 1;
        const copy = { key, value, partition, headers: { ...headers, [isCopy]: '1' } };
        return Array.from({ length: seen % hundredth === 0 ? 9 : 1 }, () => copy);
      });
      if (copies.length === 0) return;
      await producer.send({ topic, messages: copies.toReversed() });
      written += copies.length;
    },
  });
  return {
    count: () => written,
    [Symbol.asyncDispose]: async () => {
      await consumer.disconnect();
      await producer.disconnect();
    },
  };
}
