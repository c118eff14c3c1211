import { chmodSync, closeSync, openSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { BudgetOptions } from '../budget.ts';
import { openBudget, usualBudget } from '../budget.ts';
import type {
  ConversationQuery,
  IndexChange,
  IndexName,
  IndexTarget,
  MessageQuery,
  NameQuery,
  Prepared,
} from '../port.ts';
import { SearchUnavailable } from '../port.ts';
import { findConversations, findMessages, findPeople } from './find.ts';
import type { IndexFile } from './index-file.ts';
import { openIndexFile } from './index-file.ts';
import { catalogSql, dropTables, tablesOf } from './schema.ts';

/** Larger files would hold up the first search. */
const checkedBytesMax = 64 * 1_048_576;

/** What the thread of the search can be asked. */
export type SearchEngine = ReturnType<typeof openSearchEngine>;

/** Throws when the file cannot be used. */
export function openSearchEngine(path: string, budget: BudgetOptions = usualBudget) {
  keepPrivate(path);
  const database = new DatabaseSync(path);
  try {
    database.exec('pragma locking_mode = exclusive; pragma journal_mode = wal');
    database.exec('pragma synchronous = full'); // whoever has its answer goes on from there
    if (!isSound(database, path)) throw new Error('a page is malformed');
    database.exec(catalogSql);
  } catch (cause) {
    database.close();
    throw cause;
  }
  const catalog = openCatalog(database);
  const files = new Map<string, IndexFile>();
  const open = (index: IndexName, version: number): IndexFile => {
    const key = `${index} ${version}`;
    const file = files.get(key) ?? openIndexFile(database, index, version);
    files.set(key, file);
    return file;
  };
  const drop = (index: IndexName, version: number): void => {
    files.delete(`${index} ${version}`);
    dropTables(database, tablesOf(index, version));
  };
  const fileOf = (target: IndexTarget): IndexFile =>
    open(target.index, versionFor(target, catalog.of(target.index)?.[target.at] ?? null));
  const serving = (index: IndexName): IndexFile => fileOf({ index, at: 'serving' });
  return {
    prepare: ({ index, version }: Versioned): Prepared => {
      const known = catalog.of(index);
      if (known === null) {
        open(index, version);
        catalog.write(index, { serving: version, next: null });
        return { kind: 'serving' };
      }
      if (known.serving >= version || (known.next ?? 0) > version) return { kind: 'serving' };
      if (known.next !== version) {
        if (known.next !== null) drop(index, known.next);
        open(index, version);
        catalog.write(index, { ...known, next: version });
      }
      return { kind: 'to-be-built' };
    },
    apply: ({ target, changes }: { target: IndexTarget; changes: readonly IndexChange[] }): void =>
      fileOf(target).apply(changes),
    findMessages: (query: MessageQuery) =>
      findMessages(serving('messages'), query, openBudget(budget, workedMs)),
    findPeople: (query: NameQuery) => findPeople(serving('people'), query),
    findConversations: (query: ConversationQuery) =>
      findConversations(serving('conversations'), query),
    switchTo: ({ index, version }: Versioned): void => {
      const known = catalog.of(index);
      if (known?.serving === version) return;
      if (known?.next !== version) {
        throw new Error(`version ${version} of ${index} is not being built: call prepare first`);
      }
      catalog.write(index, { serving: version, next: null });
      drop(index, known.serving);
    },
    documents: ({ target, after, documentsMax }: DocumentsPage) =>
      fileOf(target).after(after, documentsMax),
    health: (): void => void database.prepare('select 1').get(),
    close: (): void => database.close(),
  };
}

/** Of this thread: a busy machine cuts nobody short. */
function workedMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

/** Throws where the target is not there, or of another version than whoever writes it. */
function versionFor({ index, at, version: wanted }: IndexTarget, version: number | null): number {
  if (version === null) {
    throw new SearchUnavailable(`there is no ${at} index of ${index}: call prepare first`);
  }
  if (wanted === undefined) return version;
  // While a newer index is built, its program keeps the one that serves too.
  const isOther = at === 'next' ? wanted !== version : wanted < version;
  if (!isOther) return version;
  throw new SearchUnavailable(`the ${at} index of ${index} is of version ${version}`);
}

/** What people write lies open in it; SQLite gives the files beside it the same mode. */
function keepPrivate(path: string): void {
  closeSync(openSync(path, 'a', 0o600));
  chmodSync(path, 0o600);
}

type Versioned = { readonly index: IndexName; readonly version: number };
type DocumentsPage = {
  readonly target: IndexTarget;
  readonly after: string; // an id
  readonly documentsMax: number;
};

function openCatalog(database: DatabaseSync) {
  const read = database.prepare('select serving, next from catalog where name = ?');
  const write = database.prepare(
    `insert into catalog values (?, ?, ?)
     on conflict (name) do update set serving = excluded.serving, next = excluded.next`,
  );
  type Versions = { readonly serving: number; readonly next: number | null };
  return {
    of: (index: IndexName): Versions | null => (read.get(index) as Versions | undefined) ?? null,
    write: (index: IndexName, { serving, next }: Versions): void =>
      void write.run(index, serving, next),
  };
}

function isSound(database: DatabaseSync, path: string): boolean {
  if (statSync(path).size > checkedBytesMax) return true;
  return database.prepare('pragma quick_check(1)').get()?.quick_check === 'ok';
}
