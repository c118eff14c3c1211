import type { DatabaseSync } from 'node:sqlite';
import type { IndexName } from '../port.ts';

/** Which versions of an index there are: the one that serves, and the one that is being built. */
export const catalogSql = `
  create table if not exists catalog (
    name text primary key, serving integer not null, next integer
  ) strict, without rowid;
`;

export type IndexTables = {
  readonly documents: string;
  readonly words: string;
  readonly removed: string;
  readonly spelling: string;
};

export function tablesOf(index: IndexName, version: number): IndexTables {
  const named = (of: string) => `${index}_${version}_${of}`;
  return {
    documents: named('documents'),
    words: named('words'),
    removed: named('removed'),
    spelling: named('spelling'),
  };
}

/**
 * A message's place is its time, so that FTS5, which finds in the order of places, finds the newest
 * first and may stop early. A beginning of one to three letters has a list of its own: the lists of
 * all words that begin so would have to be put together for each search. Words come folded already:
 * the tokenizer only cuts at spaces. What was removed is remembered for ever, by its version. Words
 * of four letters or more are kept forwards and backwards, so that those which begin or end alike
 * are found.
 */
export function makeTables(database: DatabaseSync, tables: IndexTables): void {
  const { documents, words, removed, spelling } = tables;
  database.exec(`
    create table if not exists ${documents} (
      place integer primary key, id text not null unique, version integer not null,
      sort text not null, body text not null
    ) strict;
    create virtual table if not exists ${words} using fts5 (
      words, facets, content = '', contentless_delete = 1, tokenize = 'ascii',
      prefix = '1 2 3'
    );
    create table if not exists ${removed} (
      id text primary key, version integer not null
    ) strict, without rowid;
    create table if not exists ${spelling} (
      word text primary key, backwards text not null
    ) strict, without rowid;
    create index if not exists ${spelling}_backwards on ${spelling} (backwards);
  `);
}

export function dropTables(database: DatabaseSync, tables: IndexTables): void {
  for (const name of Object.values(tables)) database.exec(`drop table if exists ${name}`);
}
