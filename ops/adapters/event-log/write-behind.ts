import type { LogFile } from './files.ts';
import { transaction } from './files.ts';
import type { LogRecord } from './port.ts';

/** A place in a topic: what the group reads next in this partition. */
export type CommitKey = {
  readonly topic: string;
  readonly group: string;
  readonly partition: number;
};
/** A record on its way into the file. */
export type WaitingRecord = {
  readonly topic: string;
  readonly atMs: number;
  readonly record: LogRecord;
};

/**
 * What is not in the file yet: records and committed offsets, written together in one
 * transaction soon after the first of them came. A crash loses what waits: a relay writes such
 * records again, and a consumer reads them again, as each must allow anyhow.
 */
export type WriteBehind = {
  /** False when so much waits (the disk is full, say) that nothing more is taken. */
  hasRoom(): boolean;
  add(records: readonly WaitingRecord[]): void;
  commit(key: CommitKey, next: number): void;
  committed(key: CommitKey): number | null;
  /** Why the last write failed; null when it did not. */
  failure(): string | null;
  /** Writes now; throws when that fails, and keeps what waits. */
  flush(): void;
};

const writeAfterMs = 100;
const recordsAtOnceMax = 5_000; // so many are written without waiting
const recordsWaitingMax = 50_000;

export function openWriteBehind(
  file: LogFile,
  written: (records: readonly WaitingRecord[]) => void,
): WriteBehind {
  let records: WaitingRecord[] = [];
  const commits = new Map<string, { readonly key: CommitKey; readonly next: number }>();
  let timer: NodeJS.Timeout | null = null;
  let failure: string | null = null;

  const flush = (): void => {
    if (timer) clearTimeout(timer);
    timer = null;
    if (records.length + commits.size === 0) return;
    transaction(file, () => write(file, { records, commits }));
    const done = records;
    records = [];
    commits.clear();
    written(done);
  };
  const tryFlush = (): void => {
    try {
      flush();
      failure = null;
    } catch (cause) {
      failure = cause instanceof Error ? cause.message : 'unknown';
      soon();
    }
  };
  const soon = (): void => {
    timer ??= setTimeout(tryFlush, writeAfterMs).unref();
  };
  return {
    hasRoom: () => records.length < recordsWaitingMax,
    add: (added) => {
      for (const record of added) records.push(record);
      if (records.length >= recordsAtOnceMax && failure === null) tryFlush();
      else soon();
    },
    commit: (key, next) => {
      commits.set(textOf(key), { key, next });
      soon();
    },
    committed: (key) => commits.get(textOf(key))?.next ?? committedIn(file, key),
    failure: () => failure,
    flush,
  };
}

function write(
  file: LogFile,
  waiting: {
    readonly records: readonly WaitingRecord[];
    readonly commits: ReadonlyMap<string, { readonly key: CommitKey; readonly next: number }>;
  },
): void {
  for (const { topic, atMs, record } of waiting.records) {
    const { partition, offset, key, value } = record;
    file.insert.run(topic, partition, offset, key, value, atMs);
  }
  for (const { key, next } of waiting.commits.values()) {
    file.commit.run(key.topic, key.group, key.partition, next);
  }
}

function committedIn({ committed }: LogFile, { topic, group, partition }: CommitKey) {
  const row = committed.get(topic, group, partition);
  return (row as { next: number } | undefined)?.next ?? null;
}

function textOf({ topic, group, partition }: CommitKey): string {
  return `${topic}/${group}/${partition}`;
}
