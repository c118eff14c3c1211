import type { Commits } from './commits.ts';
import { openCommits } from './commits.ts';
import type { LogFile } from './files.ts';
import { openLogFile } from './files.ts';
import type { Groups } from './groups.ts';
import { openGroups } from './groups.ts';
import { partitionOf } from './partition.ts';
import type { Consume, EventLog, LogAppend, LogBatch, LogRecord } from './port.ts';

export type EmbeddedEventLogOptions = {
  readonly path: string; // of the file
  readonly now: () => number; // ms since the Unix epoch
};

const recordsExpiredAtOnceMax = 1_000;

type Topic = { readonly partitions: number; readonly retentionMs: number | null; epoch: number };
type Log = {
  readonly file: LogFile;
  readonly topics: Map<string, Topic>;
  readonly nextOffsets: Map<string, number>; // by `topic/partition`
  readonly groups: Groups;
  readonly commits: Commits;
  readonly wake: () => void;
  readonly woken: () => Promise<void>;
  readonly now: () => number;
};

/** A partitioned log on one SQLite file, for one process: writers and readers are all in here. */
export function openEmbeddedEventLog({ path, now }: EmbeddedEventLogOptions): EventLog {
  const bell = openBell();
  const file = openLogFile(path);
  const log: Log = {
    file,
    commits: openCommits(file),
    topics: new Map(),
    nextOffsets: new Map(),
    groups: openGroups(bell.ring),
    wake: bell.ring,
    woken: bell.rung,
    now,
  };
  return {
    ensureTopic: async (name, { partitions, retentionMs }) => {
      log.file.addTopic.run(name, partitions, retentionMs === 'for-ever' ? null : retentionMs);
      const topic = topicOf(log, name);
      if (topic.partitions === partitions) return;
      throw new Error(`topic ${name} has ${topic.partitions} partitions, not ${partitions}`);
    },
    append: async (request) => append(log, request),
    newest: async (name) =>
      partitionsOf(log, name).map(
        (partition) => (log.file.newest.get(name, partition) as LogRecord | undefined) ?? null,
      ),
    consume: (request) => consume(log, request),
    lag: async (name, group) =>
      partitionsOf(log, name).map((partition) => {
        const from = log.commits.read({ topic: name, group, partition });
        return nextOffset(log, name, partition) - (from ?? oldestOffset(log, name, partition));
      }),
    health: async () => ({ ok: true }),
    [Symbol.asyncDispose]: async () => {
      log.commits.flush();
      log.file.database.close();
    },
  };
}

function append(log: Log, { topic: name, epoch, records }: LogAppend) {
  const topic = topicOf(log, name);
  if (epoch < topic.epoch) return { kind: 'fenced' } as const;
  const { database, insert, setEpoch } = log.file;
  const atMs = log.now();
  const touched = new Map<number, number>();
  database.exec('begin');
  try {
    if (epoch > topic.epoch) setEpoch.run(epoch, name);
    for (const { key, value, partition: chosen } of records) {
      const partition = chosen ?? partitionOf(key, topic.partitions);
      const offset = touched.get(partition) ?? nextOffset(log, name, partition);
      insert.run(name, partition, offset, key, value, atMs);
      touched.set(partition, offset + 1);
    }
    database.exec('commit');
  } catch (cause) {
    database.exec('rollback');
    throw cause;
  }
  topic.epoch = epoch;
  for (const [partition, next] of touched) {
    log.nextOffsets.set(`${name}/${partition}`, next);
    expire(log, { name, topic, partition });
  }
  log.wake();
  return { kind: 'appended' } as const;
}

/** A few old records go with each append, so that retention never stops the writer for long. */
function expire(
  log: Log,
  { name, topic, partition }: { name: string; topic: Topic; partition: number },
): void {
  if (topic.retentionMs === null) return;
  const before = log.now() - topic.retentionMs;
  log.file.expire.run(name, partition, before, recordsExpiredAtOnceMax);
}

async function* consume(log: Log, request: Consume): AsyncGenerator<LogBatch> {
  const { topic, group, signal, recordsMax } = request;
  const member = log.groups.join(`${topic}/${group}`, topicOf(log, topic).partitions);
  const positions = new Map<number, number>();
  const stop = (): void => log.wake();
  signal.addEventListener('abort', stop);
  let generation = -1;
  try {
    while (!signal.aborted) {
      if (generation !== member.generation) {
        positions.clear();
        generation = member.generation;
      }
      const woken = log.woken();
      for (const partition of member.owned) {
        if (!positions.has(partition)) {
          positions.set(partition, await startOf(log, request, partition));
        }
      }
      const records = readFairly(log, topic, { positions, recordsMax });
      if (generation !== member.generation) continue;
      if (records.length === 0) {
        await woken;
        continue;
      }
      const ends = endsOf(records);
      for (const [partition, next] of ends) positions.set(partition, next);
      const commit = async (): Promise<void> => {
        if (generation !== member.generation) return;
        for (const [partition, next] of ends) log.commits.note({ topic, group, partition }, next);
      };
      yield { records, commit };
    }
  } finally {
    signal.removeEventListener('abort', stop);
    member.leave();
  }
}

async function startOf(log: Log, request: Consume, partition: number): Promise<number> {
  const { topic: name, group } = request;
  const given = await request.startAt?.(partition);
  const committed = given ?? log.commits.read({ topic: name, group, partition });
  const oldest = oldestOffset(log, name, partition);
  if (committed !== null && committed !== undefined) return Math.max(committed, oldest);
  return request.from === 'start' ? oldest : nextOffset(log, name, partition);
}

/**
 * Each partition gets an equal part of the batch, and what one leaves others may use in the next.
 */
function readFairly(
  log: Log,
  topic: string,
  { positions, recordsMax }: { positions: ReadonlyMap<number, number>; recordsMax: number },
): LogRecord[] {
  const waiting = [...positions].filter(
    ([partition, from]) => from < nextOffset(log, topic, partition),
  );
  const share = Math.max(1, Math.floor(recordsMax / Math.max(1, waiting.length)));
  return waiting.flatMap(
    ([partition, from]) =>
      log.file.readFrom.all(topic, partition, from, share) as unknown as LogRecord[],
  );
}

function endsOf(records: readonly LogRecord[]): ReadonlyMap<number, number> {
  return new Map(records.map(({ partition, offset }) => [partition, offset + 1]));
}

function topicOf(log: Log, name: string): Topic {
  const known = log.topics.get(name);
  if (known) return known;
  const found = log.file.topic.get(name) as Topic | undefined;
  if (!found) throw new Error(`there is no topic ${name}: call ensureTopic first`);
  const topic = { ...found };
  log.topics.set(name, topic);
  return topic;
}

function partitionsOf(log: Log, name: string): readonly number[] {
  return Array.from({ length: topicOf(log, name).partitions }, (_, partition) => partition);
}

function nextOffset(log: Log, name: string, partition: number): number {
  const key = `${name}/${partition}`;
  const known = log.nextOffsets.get(key);
  if (known !== undefined) return known;
  const row = log.file.nextOffset.get(name, partition) as { next: number | null };
  log.nextOffsets.set(key, row.next ?? 0);
  return row.next ?? 0;
}

function oldestOffset(log: Log, name: string, partition: number): number {
  const row = log.file.oldest.get(name, partition) as { oldest: number | null };
  return row.oldest ?? nextOffset(log, name, partition);
}

/** Wakes all who wait, at the end of this turn. */
function openBell(): { ring: () => void; rung: () => Promise<void> } {
  let waiting = Promise.withResolvers<void>();
  return {
    ring: () => {
      waiting.resolve();
      waiting = Promise.withResolvers<void>();
    },
    rung: () => waiting.promise,
  };
}
