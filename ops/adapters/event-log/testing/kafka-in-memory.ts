import type { Join, KafkaClient, StoredRecord } from '../kafka-client.ts';

/** As Kafka's answer to a writer that was shut out. */
class ShutOut extends Error {}
/** As of a broker that cannot be reached. */
export class Away extends Error {}

/** What Kafka does for the driver, where a spec must choose the moment of each thing. */
export type KafkaInMemory = KafkaClient & {
  readonly records: readonly StoredRecord[]; // of one topic with one partition
  readonly joined: readonly Join[];
  readonly commits: readonly ReadonlyMap<number, number>[];
  /** Happens once, just before the next writer begins. */
  beforeSession(happens: () => Promise<unknown>): void;
  /** As a broker that lost power before it had flushed them; its writers must begin again. */
  loseNewest(count: number): void;
};

export function openKafkaInMemory(): KafkaInMemory {
  const records: StoredRecord[] = [];
  const joined: Join[] = [];
  const commits: ReadonlyMap<number, number>[] = [];
  let sessions = 0;
  let next: (() => Promise<unknown>) | null = null;
  const openSession: KafkaClient['openSession'] = async () => {
    const happens = next;
    next = null;
    await happens?.();
    sessions += 1;
    const own = sessions;
    return {
      write: async ({ epoch, chunks }) => {
        if (own !== sessions) throw new ShutOut();
        for (const { key, value, partition } of chunks.flat()) {
          records.push({ key, value, partition, epoch, offset: records.length });
        }
        return new Map([[0, records.length - 1]]);
      },
      isSound: () => true,
      close: async () => undefined,
    };
  };
  return {
    ...{ records, joined, commits, openSession },
    beforeSession: (happens) => {
      next = happens;
    },
    loseNewest: (count) => {
      records.splice(records.length - count, count);
      sessions += 1;
    },
    partitionsOf: async () => 1,
    createTopic: async () => undefined,
    offsets: async (_, of) => [of === 'begin' ? 0 : records.length],
    committed: async () => [null],
    read: async (_, ranges) => {
      const { from, to } = ranges.get(0) ?? { from: 0, to: 0 };
      return records.slice(from, to);
    },
    join: async (request) => {
      joined.push(request);
      return {
        commit: async (places) => {
          commits.push(places);
        },
        leave: async () => undefined,
      };
    },
    ping: async () => undefined,
    kindOf: (cause) => {
      if (cause instanceof Away) return 'away';
      return cause instanceof ShutOut ? 'shut-out' : 'refused';
    },
    close: async () => undefined,
  };
}
