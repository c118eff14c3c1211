import type { Bell } from '../../bell.ts';
import { openBell } from '../../bell.ts';
import { consume } from './consume.ts';
import type { LogFile } from './files.ts';
import { openLogFile, transaction } from './files.ts';
import type { Groups } from './groups.ts';
import { openGroups } from './groups.ts';
import { partitionOf } from './partition.ts';
import type { Partition } from './partitions.ts';
import { openPartitions } from './partitions.ts';
import type { EventLog, LogAppend } from './port.ts';
import type { WaitingRecord, WriteBehind } from './write-behind.ts';
import { openWriteBehind } from './write-behind.ts';

export type EmbeddedEventLogOptions = {
  readonly path: string; // of the file
  readonly now: () => number; // ms since the Unix epoch
};

type Topic = {
  readonly name: string;
  readonly partitions: readonly Partition[];
  readonly retentionMs: number | null; // null: for ever
  epoch: number;
};
type Log = {
  readonly file: LogFile;
  readonly topics: Map<string, Topic>;
  readonly waiting: WriteBehind;
  readonly groups: Groups;
  readonly bell: Bell;
  readonly now: () => number;
};

/**
 * A partitioned log on one SQLite file, for one process: writers and readers are all in here. What
 * is appended can be read at once and is in the file a moment later; a crash in between leaves the
 * log shorter, never different, and fences whoever wrote before it.
 */
export function openEmbeddedEventLog({ path, now }: EmbeddedEventLogOptions): EventLog {
  const bell = openBell();
  const file = openLogFile(path);
  const topics = new Map<string, Topic>();
  const waiting = openWriteBehind(file, (written) => settle(topics, written));
  const log: Log = { file, topics, waiting, groups: openGroups(bell.ring), bell, now };
  for (const row of file.topics.all()) addTopic(log, row as unknown as TopicRow);
  return {
    ensureTopic: async (name, { partitions, retentionMs }) => {
      const kept = retentionMs === 'for-ever' ? null : retentionMs;
      if (!topics.has(name)) {
        file.addTopic.run(name, partitions, kept);
        addTopic(log, { name, partitions, retentionMs: kept, epoch: 0 });
      }
      const { length } = topicOf(log, name).partitions;
      if (length === partitions) return;
      throw new Error(`topic ${name} has ${length} partitions, not ${partitions}`);
    },
    append: async (request) => append(log, request),
    newest: async (name) => topicOf(log, name).partitions.map((partition) => partition.newest()),
    ends: async (name) => topicOf(log, name).partitions.map((partition) => partition.next()),
    consume: (request) =>
      consume(
        {
          partitions: topicOf(log, request.topic).partitions,
          ...{ groups: log.groups, waiting, wake: bell.ring, woken: bell.rung },
        },
        request,
      ),
    lag: async (topic, groups) =>
      groups.map((group) =>
        topicOf(log, topic).partitions.map((partition, at) => {
          const from = waiting.committed({ topic, group, partition: at }) ?? partition.oldest();
          return Math.max(0, partition.next() - from);
        }),
      ),
    health: async () => {
      const reason = waiting.failure();
      return reason === null
        ? { ok: true }
        : { ok: false, reason: `the log cannot be written (${reason})` };
    },
    [Symbol.asyncDispose]: async () => close(log),
  };
}

type TopicRow = {
  readonly name: string;
  readonly partitions: number;
  readonly retentionMs: number | null;
  readonly epoch: number;
};

/** A writer that outlived a crash of ours does not know what we lost: it must begin anew. */
function addTopic({ file, topics }: Log, { name, partitions, retentionMs, epoch }: TopicRow): void {
  const crashed = file.reserved.get(name, 0) !== undefined;
  const opened = openPartitions(file, name, partitions);
  topics.set(name, { name, partitions: opened, retentionMs, epoch: crashed ? epoch + 1 : epoch });
}

function append(log: Log, { topic: name, epoch, records }: LogAppend) {
  const topic = topicOf(log, name);
  if (epoch < topic.epoch) return { kind: 'fenced' } as const;
  if (!log.waiting.hasRoom()) {
    throw new Error(`the log takes no more before it is written (${log.waiting.failure()})`);
  }
  if (epoch > topic.epoch) log.file.setEpoch.run(epoch, name);
  topic.epoch = epoch;
  const atMs = log.now();
  const added = records.map(({ key, value, partition }) => {
    const at = partition ?? partitionOf(key, topic.partitions.length);
    const chosen = topic.partitions[at];
    if (!chosen) throw new Error(`topic ${name} has no partition ${at}`);
    return { topic: name, atMs, record: chosen.append({ key, value, atMs }) };
  });
  log.waiting.add(added);
  if (topic.retentionMs !== null) {
    for (const partition of topic.partitions) partition.expire(atMs - topic.retentionMs);
  }
  log.bell.ring();
  return { kind: 'appended' } as const;
}

function settle(topics: ReadonlyMap<string, Topic>, written: readonly WaitingRecord[]): void {
  for (const { topic, record } of written) {
    topics.get(topic)?.partitions[record.partition]?.written(record.offset + 1);
  }
}

/** After a clean close the next start goes on without a hole. */
function close({ waiting, file }: Log): void {
  try {
    waiting.flush();
    transaction(file, () => file.unreserve.run(), { durably: true });
  } finally {
    file.database.close();
  }
}

function topicOf({ topics }: Log, name: string): Topic {
  const topic = topics.get(name);
  if (!topic) throw new Error(`there is no topic ${name}: call ensureTopic first`);
  return topic;
}
