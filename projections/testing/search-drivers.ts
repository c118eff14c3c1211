import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbeddedSearch } from '../../ops/adapters/search/embedded.ts';
import type { Search } from '../../ops/adapters/search/port.ts';
import { SearchUnavailable } from '../../ops/adapters/search/port.ts';
import { openReferenceSearch } from './reference-search.ts';

/** What specs search with: the reference, and the real engine on a file that goes with it. */
export const searchDrivers = [
  { driver: 'the reference', open: openReferenceSearch, numRuns: 60 },
  { driver: 'SQLite', open: openOnFile, numRuns: 3 }, // it flushes
] as const;

function openOnFile(): Search {
  const folder = mkdtempSync(join(tmpdir(), 'parley-search-'));
  const search = openEmbeddedSearch({ path: join(folder, 'search.db') });
  return {
    ...search,
    [Symbol.asyncDispose]: async () => {
      await search[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** An engine with a switch: away, every question and every change rejects. */
export type SwitchedSearch = Search & { away: boolean; readonly applied: () => number };

export function switched(search: Search): SwitchedSearch {
  let applied = 0;
  const here = (): Search => {
    if (self.away) throw new SearchUnavailable('switched off');
    return search;
  };
  const self: SwitchedSearch = {
    away: false,
    applied: () => applied,
    prepare: async (index, version) => here().prepare(index, version),
    apply: async (target, changes) => {
      await here().apply(target, changes);
      applied += 1;
    },
    findMessages: async (query) => here().findMessages(query),
    findPeople: async (query) => here().findPeople(query),
    findConversations: async (query) => here().findConversations(query),
    switchTo: async (index, version) => here().switchTo(index, version),
    documents: async function* (target, after) {
      yield* here().documents(target, after);
    },
    health: async () => here().health(),
    [Symbol.asyncDispose]: () => search[Symbol.asyncDispose](),
  };
  return self;
}
