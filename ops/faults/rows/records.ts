import { setTimeout as pause } from 'node:timers/promises';
import kafkajs from 'kafkajs';
import { v7 } from 'uuid';
import { eventsTopic } from '../../../schemas/records/topics.ts';
import { openCopies } from '../../journeys/kafka-copies.ts';
import { signalAll } from '../platform.ts';
import { openMachinesAt } from '../recorder/truth.ts';
import type { Doing, Row } from '../row.ts';

/** What stands in the topic is not what the relay wrote, or is read too slowly. */
export const recordRows: readonly Row[] = [
  {
    name: 'b1-twice',
    says: 'every record comes twice, each hundredth ten times',
    seconds: 8,
    looks: ['search', 'figures'],
    deed: (doing) => copied(doing, 'now'),
  },
  {
    name: 'b2-late',
    says: 'everything that was ever said comes again, out of order and among what is new',
    seconds: 8,
    looks: ['search', 'figures'],
    deed: (doing) => copied(doing, 'start'),
  },
  {
    name: 'b3-poison',
    says: 'the topic holds what is no JSON, and an event of a kind that nobody knows',
    seconds: 4,
    looks: ['search', 'figures'],
    deed: poisoned,
  },
  {
    name: 'b4-slow-consumer',
    says: 'a process of workers gets a twentieth of its time',
    seconds: 10,
    looks: ['topic', 'search', 'figures'],
    deed: async ({ stage, lasts }) => {
      const pids = stage.workers.slice(0, 1).flatMap((worker) => worker.pid() ?? []);
      let over = false;
      const throttled = (async () => {
        while (!over) {
          signalAll(pids, 'SIGSTOP');
          await pause(950);
          signalAll(pids, 'SIGCONT');
          await pause(50);
        }
      })();
      await lasts();
      over = true;
      await throttled;
      return [];
    },
  },
];

async function copied({ stage, lasts }: Doing, from: 'start' | 'now'): Promise<readonly string[]> {
  const brokers = [`127.0.0.1:${stage.server('kafka').port}`];
  await using copies = await openCopies(brokers, eventsTopic, { from });
  await lasts();
  return copies.count() > 0 ? [] : ['nothing was copied'];
}

/** Both stand still under keys of their own; whatever else there is goes on. */
async function poisoned({ stage, lasts }: Doing): Promise<readonly string[]> {
  const stranger = v7();
  const unknown = {
    ...{ kind: 'event', stream: `conversation-${stranger}`, revision: 0, id: v7() },
    ...{ type: 'message-dreamt', position: '0', recordedAtMs: 0, data: {} },
  };
  const kafka = new kafkajs.Kafka({
    brokers: [`127.0.0.1:${stage.server('kafka').port}`],
    logLevel: kafkajs.logLevel.NOTHING,
  });
  const producer = kafka.producer();
  await producer.connect();
  const messages = [
    { key: v7(), value: '{"kind":' },
    { key: stranger, value: JSON.stringify(unknown) },
  ];
  await producer.send({ topic: eventsTopic, messages });
  await producer.disconnect();
  await lasts();
  await using machines = await openMachinesAt(stage);
  const keys = await machines.tables.query<{ readonly key: string }>({
    name: 'faults-parked-keys',
    text: 'select distinct key from projector.parked_key',
    values: [],
  });
  const parked = new Set(keys.map(({ key }) => key));
  const [text] = messages;
  const others = [...parked].filter((key) => messages.every((message) => message.key !== key));
  return [
    ...(text && parked.has(text.key) ? [] : ['what is no JSON is not parked']),
    ...others.map((key) => `${key} is parked, which is in order`),
  ];
}
