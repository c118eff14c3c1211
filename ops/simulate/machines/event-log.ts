import { consume } from '../../adapters/event-log/consume.ts';
import type { Groups } from '../../adapters/event-log/groups.ts';
import { openGroups } from '../../adapters/event-log/groups.ts';
import { partitionOf } from '../../adapters/event-log/partition.ts';
import type {
  Consume,
  EventLog,
  LogAppend,
  LogBatch,
  LogRecord,
} from '../../adapters/event-log/port.ts';
import type { Weather } from '../faults.ts';
import type { Life } from '../life.ts';
import type { Random } from '../random.ts';
import type { Scheduler } from '../scheduler.ts';

/**
 * The event log as its port promises it and no better: what is appended can be read at once and is
 * flushed a while later. A power cut makes it shorter, never different: offsets go on behind a
 * hole, and whoever wrote before is fenced.
 */
export type SimulatedEventLog = {
  /** The log as one process sees it. */
  seenBy(life: Life): EventLog;
  cutPower(): void;
};

export type LogOptions = {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly weather: Weather;
};

type Partition = { records: LogRecord[]; next: number; flushed: number };
type Topic = { readonly partitions: readonly Partition[]; epoch: number };
type Shared = {
  readonly topics: Map<string, Topic>;
  readonly groups: Groups;
  readonly commits: Map<string, number>;
  readonly woken: () => Promise<void>;
  readonly wake: () => void;
  readonly soon: () => void; // flushes
};

const flushAfterMs = 100;
const holeOffsets = 1_000;

export function openSimulatedEventLog(options: LogOptions): SimulatedEventLog {
  const topics = new Map<string, Topic>();
  const commits = new Map<string, number>();
  let flushedCommits = new Map<string, number>();
  let waiting = Promise.withResolvers<void>();
  let flushing: (() => void) | null = null;
  const wake = (): void => {
    waiting.resolve();
    waiting = Promise.withResolvers<void>();
  };
  const flush = (): void => {
    flushing = null;
    flushedCommits = new Map(commits);
    for (const { partitions } of topics.values()) {
      for (const partition of partitions) partition.flushed = partition.records.length;
    }
  };
  const shared: Shared = {
    ...{ topics, commits, groups: openGroups(wake), wake, woken: () => waiting.promise },
    soon: () => {
      flushing ??= options.scheduler.at(options.random.around(flushAfterMs), flush);
    },
  };
  return {
    seenBy: (life) => seenBy(life, shared, options.weather),
    cutPower: () => {
      flushing?.();
      flushing = null;
      commits.clear();
      for (const [key, next] of flushedCommits) commits.set(key, next);
      for (const topic of topics.values()) {
        topic.epoch += 1;
        for (const partition of topic.partitions) {
          partition.records = partition.records.slice(0, partition.flushed);
          partition.next += holeOffsets;
        }
      }
    },
  };
}

function seenBy(life: Life, shared: Shared, weather: Weather): EventLog {
  const { topics, commits } = shared;
  const ask = <Answer>(effect: () => Answer): Promise<Answer> =>
    life.ask(weather.delays(), () => {
      if (weather.strikes('unavailable', 0.01)) throw new Error('the log does not answer');
      const answer = effect();
      if (weather.strikes('lost-answer', 0.01)) throw new Error('the log does not answer');
      return answer;
    });
  return {
    ensureTopic: (name, { partitions }) =>
      ask(() => {
        const known = topics.get(name);
        if (!known) topics.set(name, { partitions: emptyPartitions(partitions), epoch: 0 });
        const { length } = topicOf(shared, name).partitions;
        if (length !== partitions) {
          throw new Error(`topic ${name} has ${length} partitions, not ${partitions}`);
        }
      }),
    append: (request) => ask(() => append(shared, request)),
    newest: (name) =>
      ask(() => topicOf(shared, name).partitions.map(({ records }) => records.at(-1) ?? null)),
    ends: (name) => ask(() => topicOf(shared, name).partitions.map(({ next }) => next)),
    consume: (request) => consumeIn(life, shared, { request, weather }),
    lag: (topic, groups) =>
      ask(() =>
        groups.map((group) =>
          topicOf(shared, topic).partitions.map((partition, at) => {
            const from = commits.get(`${topic}/${group}/${at}`) ?? oldestOf(partition);
            return Math.max(0, partition.next - from);
          }),
        ),
      ),
    health: async () => ({ ok: true }),
    [Symbol.asyncDispose]: async () => undefined,
  };
}

function append(shared: Shared, { topic: name, epoch, records }: LogAppend) {
  const topic = topicOf(shared, name);
  if (epoch < topic.epoch) return { kind: 'fenced' } as const;
  topic.epoch = epoch;
  for (const { key, value, partition } of records) {
    const at = partition ?? partitionOf(key, topic.partitions.length);
    const chosen = topic.partitions[at];
    if (!chosen) throw new Error(`topic ${name} has no partition ${at}`);
    chosen.records.push({ partition: at, offset: chosen.next, key, value });
    chosen.next += 1;
  }
  shared.soon();
  shared.wake();
  return { kind: 'appended' } as const;
}

/** A member of a group that leaves it with its process; each batch is an answer of its own. */
async function* consumeIn(
  life: Life,
  shared: Shared,
  { request, weather }: { readonly request: Consume; readonly weather: Weather },
): AsyncGenerator<LogBatch> {
  const { topic: name, group } = request;
  const topic = await life.ask(weather.delays(), () => topicOf(shared, name));
  const gone = new AbortController();
  const source = {
    partitions: topic.partitions.map(readerOf),
    ...{ groups: shared.groups, wake: shared.wake, woken: shared.woken },
    waiting: {
      committed: ({ partition }: { partition: number }) =>
        shared.commits.get(`${name}/${group}/${partition}`) ?? null,
      commit: ({ partition }: { partition: number }, next: number) => {
        shared.commits.set(`${name}/${group}/${partition}`, next);
        shared.soon();
      },
    },
  };
  const signal = AbortSignal.any([request.signal, gone.signal]);
  const batches = consume(source, { ...request, signal });
  const stay = life.whenEnded(() => {
    gone.abort();
    void batches.return(undefined);
  });
  try {
    for await (const batch of batches) {
      await life.ask(weather.delays(), () => undefined);
      const commit = () =>
        life.ask(weather.delays(), () => {
          if (weather.strikes('unavailable', 0.01)) throw new Error('the log does not answer');
          return batch.commit();
        });
      yield { records: batch.records, commit };
      if (signal.aborted) return;
    }
  } finally {
    stay();
  }
}

function readerOf(partition: Partition) {
  return {
    next: () => partition.next,
    oldest: () => oldestOf(partition),
    read: (from: number, limit: number) => {
      const { records } = partition;
      const first = records.findIndex(({ offset }) => offset >= from);
      return first === -1 ? [] : records.slice(first, first + limit);
    },
  };
}

function emptyPartitions(count: number): readonly Partition[] {
  return Array.from({ length: count }, () => ({ records: [], next: 0, flushed: 0 }));
}

function oldestOf({ records, next }: Partition): number {
  return records[0]?.offset ?? next;
}

function topicOf({ topics }: Pick<Shared, 'topics'>, name: string): Topic {
  const topic = topics.get(name);
  if (!topic) throw new Error(`there is no topic ${name}: call ensureTopic first`);
  return topic;
}
