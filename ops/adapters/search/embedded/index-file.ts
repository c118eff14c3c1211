import type { DatabaseSync } from 'node:sqlite';
import { tokensOf } from '../analysis.ts';
import { searchedText, sortKey } from '../documents.ts';
import type { IndexChange, IndexDocument, IndexName } from '../port.ts';
import { timeSlot } from '../scope.ts';
import { facetOf } from './match.ts';
import { makeTables, tablesOf } from './schema.ts';
import type { Spelling } from './spelling.ts';
import { openSpelling } from './spelling.ts';

/** One version of an index in the file. */
export type IndexFile = {
  readonly spelling: Spelling;
  /** Applies all or, when it throws, none. */
  apply(changes: readonly IndexChange[]): void;
  /** Newest first, of those whose place lies in between: from inclusive, to exclusive. */
  byPlace(match: string, from: number, to: number): Iterable<Row>;
  /** By name, from behind this one. */
  byName(match: string, after: readonly [sort: string, id: string]): Iterable<Row>;
  /** Ascending by id, from behind this one. */
  after(id: string, documentsMax: number): readonly IndexDocument[];
};

export type Row = {
  readonly place: number;
  readonly id: string;
  readonly sort: string;
  readonly body: string; // the document without its version, JSON
};

export function openIndexFile(
  database: DatabaseSync,
  index: IndexName,
  version: number,
): IndexFile {
  const tables = tablesOf(index, version);
  makeTables(database, tables);
  const spelling = openSpelling(database, tables.spelling);
  const sql = statementsOn(database, tables);

  const remove = (id: string): void => {
    const place = sql.placeOf.get(id)?.place;
    if (place === undefined) return;
    sql.deleteWords.run(place);
    sql.deleteDocument.run(place);
  };
  const put = (document: IndexDocument): void => {
    const words = tokensOf(searchedText(document)).map(({ word }) => word);
    const { version: of, ...body } = document;
    remove(document.id);
    const wanted = wantedPlace(document);
    const place = wanted === null ? sql.nextPlace.get()?.place : freePlace(wanted);
    const [sort, text] = [sortKey(document), JSON.stringify(body)];
    sql.insertDocument.run(place ?? 1, document.id, of, sort, text);
    sql.insertWords.run(place ?? 1, words.join(' '), facetsOf(document).join(' '));
    spelling.add(words);
  };
  const freePlace = (wanted: number): number => {
    let place = wanted;
    while (sql.isTaken.get(place) !== undefined) place += 1;
    return place;
  };
  const applyOne = (change: IndexChange): void => {
    const { id, version: to } = change.kind === 'put' ? change.document : change;
    if (sql.isHeld.get(id, to) !== undefined || sql.isRemoved.get(id, to) !== undefined) return;
    if (change.kind === 'put') put(change.document);
    else {
      remove(id);
      sql.rememberRemoved.run(id, to);
    }
  };
  return {
    spelling,
    apply: (changes) => {
      database.exec('begin immediate');
      try {
        for (const change of changes) applyOne(change);
        database.exec('commit');
      } catch (cause) {
        if (database.isTransaction) database.exec('rollback');
        spelling.forget();
        throw cause;
      }
    },
    byPlace: (match, from, to) => sql.byPlace.iterate(match, from, to) as Iterable<never>,
    byName: (match, [sort, id]) => sql.byName.iterate(match, sort, id) as Iterable<never>,
    after: (id, documentsMax) =>
      sql.after.all(id, documentsMax).map(({ body, version: of }) => ({
        ...JSON.parse(String(body)),
        version: BigInt(String(of)),
      })),
  };
}

/** A message stands where its time is; for names any place will do. */
function wantedPlace(document: IndexDocument): number | null {
  return document.of === 'message' ? timeSlot(document.sentAtMs, document.number) : null;
}

function facetsOf(document: IndexDocument): readonly string[] {
  if (document.of !== 'message') return [];
  return [
    facetOf('conversation', document.conversationId),
    facetOf('author', document.author),
    ...document.has.map((trait) => facetOf('has', trait)),
  ];
}

function statementsOn(database: DatabaseSync, tables: ReturnType<typeof tablesOf>) {
  const { documents, words, removed } = tables;
  const prepare = (sql: string) => database.prepare(sql);
  const found = `
    from ${words} cross join ${documents} as document on document.place = ${words}.rowid
    where ${words} match ?`;
  return {
    isHeld: prepare(`select 1 from ${documents} where id = ? and version >= ?`),
    isRemoved: prepare(`select 1 from ${removed} where id = ? and version >= ?`),
    rememberRemoved: prepare(
      `insert into ${removed} values (?, ?)
       on conflict (id) do update set version = excluded.version`,
    ),
    placeOf: prepare(`select place from ${documents} where id = ?`),
    isTaken: prepare(`select 1 from ${documents} where place = ?`),
    nextPlace: prepare(`select coalesce(max(place), 0) + 1 as place from ${documents}`),
    insertDocument: prepare(`insert into ${documents} values (?, ?, ?, ?, ?)`),
    insertWords: prepare(`insert into ${words} (rowid, words, facets) values (?, ?, ?)`),
    deleteDocument: prepare(`delete from ${documents} where place = ?`),
    deleteWords: prepare(`delete from ${words} where rowid = ?`),
    byPlace: prepare(
      `select place, id, sort, body ${found}
       and ${words}.rowid >= ? and ${words}.rowid < ? order by ${words}.rowid desc`,
    ),
    byName: prepare(
      `select place, id, sort, body ${found}
       and (document.sort, document.id) > (?, ?) order by document.sort, document.id`,
    ),
    after: prepare(
      `select body, cast(version as text) as version from ${documents}
       where id > ? order by id limit ?`,
    ),
  };
}
