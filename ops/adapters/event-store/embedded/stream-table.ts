import type { DatabaseSync } from 'node:sqlite';

/** What the writer knows of a stream. */
export type Stream = {
  readonly id: number;
  readonly name: string;
  lastRevision: number; // -1: nothing yet
  maxCount: number | null;
  truncateBefore: number;
  state: 'open' | 'deleted' | 'tombstoned';
};

/** The streams, looked up in memory first; `save` writes what was changed on the object. */
export type StreamTable = {
  find(name: string): Stream | null;
  findOrMake(name: string): Stream;
  save(stream: Stream): void;
  /** After a rollback nothing remembered is sure. */
  forget(): void;
};

const streamsRememberedMax = 100_000;

export function openStreamTable(database: DatabaseSync): StreamTable {
  const select = database.prepare(
    `select id, name, last_revision as lastRevision, max_count as maxCount,
       truncate_before as truncateBefore, state
     from stream where name = ?`,
  );
  const insert = database.prepare('insert into stream (name, last_revision) values (?, -1)');
  const update = database.prepare(
    `update stream set last_revision = ?, max_count = ?, truncate_before = ?, state = ?
     where id = ?`,
  );
  const remembered = new Map<string, Stream>();

  const remember = (stream: Stream): Stream => {
    if (remembered.size >= streamsRememberedMax) remembered.clear();
    remembered.set(stream.name, stream);
    return stream;
  };
  const find = (name: string): Stream | null => {
    const known = remembered.get(name);
    if (known) return known;
    const row = select.get(name);
    return row ? remember({ ...(row as Stream) }) : null;
  };
  const make = (name: string): Stream => {
    const id = Number(insert.run(name).lastInsertRowid);
    const nothing = { lastRevision: -1, maxCount: null, truncateBefore: 0 };
    return remember({ id, name, ...nothing, state: 'open' });
  };

  return {
    find,
    findOrMake: (name) => find(name) ?? make(name),
    save: ({ id, lastRevision, maxCount, truncateBefore, state }) => {
      update.run(lastRevision, maxCount, truncateBefore, state, id);
    },
    forget: () => remembered.clear(),
  };
}
