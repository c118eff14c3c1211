import type { LogFile } from './files.ts';

/** A place in a topic: what the group reads next in this partition. */
export type CommitKey = {
  readonly topic: string;
  readonly group: string;
  readonly partition: number;
};

/**
 * Committed offsets, kept in memory and written together: at most `writeEveryMs` after they were
 * noted, and at the close. A process that is killed reads the last of it again, as every consumer
 * must allow anyhow.
 */
export type Commits = {
  note(key: CommitKey, next: number): void;
  read(key: CommitKey): number | null;
  /** Writes what is not written yet. */
  flush(): void;
};

export function openCommits({ database, commit, committed }: LogFile, writeEveryMs = 100): Commits {
  const waiting = new Map<string, { readonly key: CommitKey; readonly next: number }>();
  let timer: NodeJS.Timeout | null = null;
  const flush = (): void => {
    if (timer) clearTimeout(timer);
    timer = null;
    if (waiting.size === 0) return;
    database.exec('begin');
    for (const { key, next } of waiting.values()) {
      commit.run(key.topic, key.group, key.partition, next);
    }
    database.exec('commit');
    waiting.clear();
  };
  const later = (): void => {
    try {
      flush();
    } catch {
      // A full disk, say. What waits is bounded by groups and partitions, and is tried again.
      if (database.isTransaction) database.exec('rollback');
      timer ??= setTimeout(later, writeEveryMs).unref();
    }
  };
  return {
    note: (key, next) => {
      waiting.set(textOf(key), { key, next });
      timer ??= setTimeout(later, writeEveryMs).unref();
    },
    read: (key) => {
      const noted = waiting.get(textOf(key));
      if (noted) return noted.next;
      const row = committed.get(key.topic, key.group, key.partition);
      return (row as { next: number } | undefined)?.next ?? null;
    },
    flush,
  };
}

function textOf({ topic, group, partition }: CommitKey): string {
  return `${topic}/${group}/${partition}`;
}
