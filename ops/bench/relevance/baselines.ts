import { DatabaseSync } from 'node:sqlite';
import type { MessageDocument } from '../../adapters/search/port.ts';
import { nameOf } from './archive.ts';

/** The first ten, by their names. */
export type Ranking = (text: string) => Promise<readonly string[]>;

/** FTS5 as it comes: words of any script by unicode61, ranked by BM25, one or all of them. */
export function bm25Of(
  documents: readonly MessageDocument[],
  operator: 'AND' | 'OR',
): Ranking & Disposable {
  const database = new DatabaseSync(':memory:');
  database.exec('create virtual table message using fts5 (text, tokenize = unicode61); begin');
  const insert = database.prepare('insert into message (rowid, text) values (?, ?)');
  for (const [at, { text }] of documents.entries()) insert.run(at, text);
  database.exec('commit');
  const find = database.prepare(
    `select rowid as at from message where message match ?
     order by bm25(message), rowid desc limit 10`,
  );
  const ranking: Ranking = async (text) => {
    const match = wordsIn(text)
      .map((word) => `"${word}"`)
      .join(` ${operator} `);
    return find.all(match).flatMap(({ at }) => {
      const document = documents[Number(at)];
      return document ? [nameOf(document)] : [];
    });
  };
  return Object.assign(ranking, { [Symbol.dispose]: () => database.close() });
}

/** Texts in which it stands letter by letter, the newest first. */
export function substringIn(documents: readonly MessageDocument[]): Ranking {
  const lowered = documents
    .map((document) => ({ document, text: document.text.toLowerCase() }))
    .sort((a, b) => b.document.sentAtMs - a.document.sentAtMs);
  return async (asked) =>
    lowered
      .filter(({ text }) => text.includes(wordsIn(asked).join(' ')))
      .slice(0, 10)
      .map(({ document }) => nameOf(document));
}

function wordsIn(text: string): readonly string[] {
  return text.replaceAll('"', '').toLowerCase().split(/\s+/);
}
