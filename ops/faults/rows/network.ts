import { setTimeout as pause } from 'node:timers/promises';
import { signalAll } from '../platform.ts';
import type { Doing, Row } from '../row.ts';

/** The network between two programs, by a proxy of ours that both take for it. */
export const networkRows: readonly Row[] = [
  {
    name: 'n1-partition',
    says: 'APIs reach neither the log nor Postgres, and nobody is answered by Kafka',
    seconds: 12,
    linked: true,
    looks: ['topic'],
    deed: async ({ stage, lasts }) => {
      const links = [stage.link('apis-event-store'), stage.link('apis-postgres')];
      const kafka = [stage.server('kafka').pid()];
      for (const link of links) link.set({ holds: true });
      signalAll(kafka, 'SIGSTOP');
      await lasts().finally(() => signalAll(kafka, 'SIGCONT'));
      for (const link of links) link.reset();
      for (const link of links) link.set({});
      return [];
    },
  },
  {
    name: 'n2-one-way',
    says: 'what APIs ask the log arrives, and its answers are lost',
    seconds: 6,
    linked: true,
    looks: ['topic'],
    deed: async ({ stage, lasts }) => {
      const link = stage.link('apis-event-store');
      link.set({ holds: true }, ['back']);
      await lasts();
      link.reset();
      link.set({});
      return [];
    },
  },
  {
    name: 'n3-slow-link',
    says: 'people are 300 ± 200 ms away at 256 kbit/s, and Postgres answers APIs unevenly late',
    seconds: 10,
    linked: true,
    deed: async ({ stage, lasts }) => {
      const people = stage.link('people');
      people.set({ delayMs: 50, jitterMs: 200, bytesPerSecond: 32_000 });
      stage.link('apis-postgres').set({ jitterMs: 60 });
      await lasts();
      people.set({});
      stage.link('apis-postgres').set({});
      return [];
    },
  },
  {
    name: 'n4-loss',
    says: 'a fifth of what goes between people, APIs and Redis is stalled as if it had been lost',
    seconds: 10,
    linked: true,
    deed: async ({ stage, lasts }) => {
      const links = [stage.link('people'), stage.link('apis-redis')];
      for (const link of links) link.set({ stalls: { share: 0.2, againAfterMs: 250 } });
      await lasts();
      for (const link of links) link.set({});
      return [];
    },
  },
  {
    name: 'n5-half-open',
    says: 'the wire to one device of each person is cut without a word to either end',
    seconds: 66, // silent for half a minute, pinged, silent for as long again
    linked: true,
    deed: halfOpen,
  },
];

/** People find out by themselves and come back; the platform must find out too. */
async function halfOpen({ stage, devices, lasts }: Doing): Promise<readonly string[]> {
  const left = stage.link('people').strand();
  const before = left();
  await pause(noticesAfterMs);
  for (const device of devices) device.cut();
  await lasts();
  const still = left();
  return still === 0 ? [] : [`${still} of ${before} sockets without anybody are still held open`];
}

const noticesAfterMs = 2_000;
