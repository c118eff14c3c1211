import fc from 'fast-check';
import type { GraphQLSchema } from 'graphql';
import { graphql } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { UserId } from '../../../domain/ids.ts';
import type { ParleyEvent } from '../../../domain/recorded.ts';
import { groupStarted, sent } from '../../../domain/testing/conversation.ts';
import { ada, bob } from '../../../domain/testing/people.ts';
import type { Search } from '../../../ops/adapters/search/port.ts';
import { migrate } from '../../../ops/adapters/tables/migrate.ts';
import type { Tables } from '../../../ops/adapters/tables/port.ts';
import { openTestTables } from '../../../ops/adapters/tables/testing.ts';
import { openCursors } from '../../../ops/vault/cursors.ts';
import { createKeyring } from '../../../ops/vault/keyring.ts';
import { projections, searchProjections } from '../../../projections/all.ts';
import {
  anyHistory,
  conversationOf,
  everybody,
  recorder,
} from '../../../projections/testing/history.ts';
import { applyOneByOne, emptyTables, makeTables } from '../../../projections/testing/one-by-one.ts';
import { openReferenceSearch } from '../../../projections/testing/reference-search.ts';
import { searchDrivers } from '../../../projections/testing/search-drivers.ts';
import { encodeNodeId } from '../../../schemas/graphql/node-id.ts';
import { servingIndex } from '../../../workers/indexer/destination.ts';
import { workersMigrations } from '../../../workers/migrations.ts';
import { createContext } from '../../context.ts';
import type { ApiDependencies } from '../../dependencies.ts';
import { buildSchema } from '../schema.ts';

let tables: Tables;
let schema: GraphQLSchema;
beforeAll(async () => {
  tables = await openTestTables();
  await migrate(tables, workersMigrations);
  schema = buildSchema();
  for (const projection of projections) await makeTables(tables, projection);
});
afterAll(() => tables[Symbol.asyncDispose]());

const keyring = createKeyring(() => ({ subject: Buffer.alloc(32), month: null }));
const cursors = openCursors({
  forSealing: async () => keyring,
  forOpening: async () => keyring,
});

// biome-ignore lint/suspicious/noExplicitAny: answers are read as the spec expects them
type Answer = any;

async function ask(
  search: Search,
  viewer: UserId,
  [source, variableValues]: readonly [string, object],
): Promise<Answer> {
  const dependencies = { tables, search, cursors } as unknown as ApiDependencies;
  const contextValue = createContext(dependencies, viewer);
  const { data, errors } = await graphql({
    ...{ schema, source, contextValue },
    variableValues: { ...variableValues },
  });
  if (errors) throw new AggregateError(errors, errors.map(String).join('\n'));
  return data;
}

async function show(history: readonly ParleyEvent[]): Promise<void> {
  for (const projection of projections) {
    await emptyTables(tables, projection);
    await applyOneByOne(tables, projection, history);
  }
}

async function index(search: Search, history: readonly ParleyEvent[]): Promise<void> {
  const progress = { waitForKey: async (_key: string, position: bigint) => position };
  for (const projection of searchProjections) {
    await search.prepare(projection.index, projection.version);
    const planned = history.flatMap((recorded) =>
      projection.handles.has(recorded.event.type)
        ? [
            {
              record: { partition: 0, offset: 0, key: 'k', value: '' },
              ...{ position: recorded.position, changes: projection.changes(recorded) },
            },
          ]
        : [],
    );
    await servingIndex({ search, tables, progress }, projection).write(tables, planned);
  }
}

type Row = { readonly conversation: string; readonly number: number; readonly text: string };

/** Page after page of a few rows, as they come. */
async function found(search: Search, viewer: UserId, query: string): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (let cursor: string | null = null; ; ) {
    const data: Answer = await ask(search, viewer, [
      `query ($query: String!, $cursor: String) {
        search(query: $query, kinds: [MESSAGE], first: 2, cursor: $cursor) {
          edges { node { ... on MessageHit {
            message { number text state } conversation { id } highlights { text found } } } }
          pageInfo { hasNextPage endCursor }
        } }`,
      { query, cursor },
    ]);
    for (const { node } of data.search.edges) {
      const { number, text, state } = node.message;
      expect(state).toBe('PRESENT');
      const marked = node.highlights.filter((piece: Answer) => piece.found);
      expect(marked.map((piece: Answer) => piece.text)).toEqual([query]);
      rows.push({ conversation: node.conversation.id, number, text });
    }
    if (!data.search.pageInfo.hasNextPage) return rows;
    cursor = data.search.pageInfo.endCursor;
  }
}

/** What her timeline shows, read from its start and looked through. */
async function seen(viewer: UserId, query: string): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const at of [1, 2, 3]) {
    const id = encodeNodeId({ type: 'Conversation', conversationId: conversationOf(at) });
    const data = await ask(openReferenceSearch(), viewer, [
      `query ($id: ID!) { conversation(id: $id) { my { id }
        messages(first: 100) { edges { node { number text state } } } } }`,
      { id },
    ]);
    if (!data.conversation?.my) continue; // an open channel shows itself to strangers too
    for (const { node } of data.conversation.messages.edges) {
      const { number, text, state } = node;
      if (state === 'PRESENT' && text === query) rows.push({ conversation: id, number, text });
    }
  }
  return rows;
}

const keyed = (rows: readonly Row[]) =>
  rows.map(({ conversation, number }) => `${conversation} ${number}`).sort();
const words = ['one', 'two', 'three'] as const;

describe.each(searchDrivers)('what everybody finds by $driver', ({ open, numRuns }) => {
  it('is what her timeline shows and holds the word, page by page (law 8)', async () => {
    await fc.assert(
      fc.asyncProperty(anyHistory, async (history) => {
        await show(history);
        await using search = open();
        await index(search, history);
        for (const viewer of everybody) {
          for (const word of words) {
            const hits = keyed(await found(search, viewer, word));
            expect(hits).toEqual(keyed(await seen(viewer, word)));
          }
        }
      }),
      { numRuns: Math.min(8, numRuns), endOnFailure: true },
    );
  });

  it('is never more than that while the index is behind (laws 5 and 8)', async () => {
    const parts = fc.tuple(anyHistory, fc.integer({ min: 40, max: 100 }));
    await fc.assert(
      fc.asyncProperty(parts, async ([history, percent]) => {
        const before = history.slice(0, Math.floor((history.length * percent) / 100));
        await show(before);
        await using search = open();
        await index(search, before);
        await show(history);
        for (const viewer of everybody) {
          for (const word of words) {
            const hers = new Set(keyed(await seen(viewer, word)));
            const hits = keyed(await found(search, viewer, word));
            expect(hits.filter((hit) => !hers.has(hit))).toEqual([]);
          }
        }
      }),
      { numRuns: Math.min(8, numRuns), endOnFailure: true },
    );
  });

  it('is not what a message said before, though the index is behind', async () => {
    const { history, said } = recorder();
    const [room, text] = [conversationOf(1), 'two'];
    said(room, groupStarted([bob]), sent(1, ada, 'one'));
    await show(history);
    await using search = open();
    await index(search, history);
    expect(await found(search, bob, 'one')).toHaveLength(1);
    said(room, { type: 'message-edited', number: 1, by: ada, contentTag: text, text });
    await show(history);
    expect(await found(search, bob, 'one')).toEqual([]);
  });
});
