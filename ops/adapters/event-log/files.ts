import { statSync } from 'node:fs';
import type { StatementSync } from 'node:sqlite';
import { DatabaseSync } from 'node:sqlite';
import { PlainError } from '../../plain-error.ts';

/** Larger files would hold up the start. */
const checkedBytesMax = 64 * 1_048_576;

/** The log's file: tables, and the statements that work on them. */
export type LogFile = {
  readonly database: DatabaseSync;
  readonly insert: StatementSync;
  readonly readFrom: StatementSync;
  readonly newest: StatementSync;
  readonly oldest: StatementSync;
  readonly expire: StatementSync;
  readonly commit: StatementSync;
  readonly committed: StatementSync;
  readonly topics: StatementSync;
  readonly addTopic: StatementSync;
  readonly setEpoch: StatementSync;
  readonly reserved: StatementSync;
  readonly reserve: StatementSync;
  readonly unreserve: StatementSync;
};

const tables = `
  create table if not exists topic (
    name text primary key, partitions integer not null, retention_ms integer, epoch integer not null
  ) strict, without rowid;
  create table if not exists record (
    topic text not null, part integer not null, at_offset integer not null, key text not null,
    value text not null, at_ms integer not null,
    primary key (topic, part, at_offset)
  ) strict, without rowid;
  create table if not exists committed (
    topic text not null, consumer_group text not null, part integer not null,
    next_offset integer not null,
    primary key (topic, consumer_group, part)
  ) strict, without rowid;
  create table if not exists reserved (
    topic text not null, part integer not null, up_to integer not null,
    primary key (topic, part)
  ) strict, without rowid;
`;

/**
 * WAL without a flush at each commit: the log is a copy that can be made again from the event
 * store, and a relay that finds it shorter after a crash writes on from there.
 */
export function openLogFile(path: string): LogFile {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path);
    // No other process reads it: no lock is asked for.
    database.exec('pragma locking_mode = exclusive');
    database.exec(`pragma journal_mode = wal; pragma synchronous = normal; ${tables}`);
    if (!isSound(database, path)) throw new Error('a page is malformed');
    return statementsOn(database);
  } catch (cause) {
    database?.close();
    throw unusable(path, cause);
  }
}

function isSound(database: DatabaseSync, path: string): boolean {
  if (statSync(path).size > checkedBytesMax) return true;
  return database.prepare('pragma quick_check(1)').get()?.quick_check === 'ok';
}

function unusable(path: string, cause: unknown): PlainError {
  const reason = cause instanceof Error ? cause.message : 'unknown';
  return new PlainError(
    `The workers’ log ${path} cannot be used (${reason}). It is a copy: where the disk has room ` +
      'and the file is ours to write, delete it with its -wal, and the next start writes it anew.',
  );
}

function statementsOn(database: DatabaseSync): LogFile {
  const prepare = (sql: string) => database.prepare(sql);
  return {
    database,
    insert: prepare('insert into record values (?, ?, ?, ?, ?, ?)'),
    readFrom: prepare(
      `select part as partition, at_offset as offset, key, value from record
       where topic = ? and part = ? and at_offset >= ? order by at_offset limit ?`,
    ),
    newest: prepare(
      `select part as partition, at_offset as offset, key, value from record
       where topic = ? and part = ? order by at_offset desc limit 1`,
    ),
    oldest: prepare('select min(at_offset) as oldest from record where topic = ? and part = ?'),
    expire: prepare(
      `delete from record where topic = ?1 and part = ?2 and at_offset in (
         select at_offset from record where topic = ?1 and part = ?2 and at_ms < ?3
         and at_offset < (select max(at_offset) from record where topic = ?1 and part = ?2)
         order by at_offset limit ?4)`,
    ),
    commit: prepare(
      `insert into committed values (?, ?, ?, ?)
       on conflict do update set next_offset = excluded.next_offset`,
    ),
    committed: prepare(
      `select next_offset as next from committed
       where topic = ? and consumer_group = ? and part = ?`,
    ),
    topics: prepare('select name, partitions, retention_ms as retentionMs, epoch from topic'),
    addTopic: prepare('insert into topic values (?, ?, ?, 0) on conflict do nothing'),
    setEpoch: prepare('update topic set epoch = ? where name = ?'),
    reserved: prepare('select up_to as upTo from reserved where topic = ? and part = ?'),
    reserve: prepare(
      `insert into reserved values (?, ?, ?)
       on conflict do update set up_to = excluded.up_to`,
    ),
    unreserve: prepare('delete from reserved'),
  };
}

/** All of it or nothing. `durably` waits until the disk has it, and all that was written before. */
export function transaction(
  { database }: LogFile,
  work: () => void,
  { durably = false }: { readonly durably?: boolean } = {},
): void {
  if (durably) database.exec('pragma synchronous = full');
  database.exec('begin');
  try {
    work();
    database.exec('commit');
  } catch (cause) {
    if (database.isTransaction) database.exec('rollback');
    throw cause;
  } finally {
    if (durably) database.exec('pragma synchronous = normal');
  }
}
