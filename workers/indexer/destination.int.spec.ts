import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ConversationEvent } from '../../domain/conversation/events.ts';
import type { ParleyEvent } from '../../domain/recorded.ts';
import { edit, sent } from '../../domain/testing/conversation.ts';
import { ada, noonMs } from '../../domain/testing/people.ts';
import type { Search } from '../../ops/adapters/search/port.ts';
import { migrate } from '../../ops/adapters/tables/migrate.ts';
import type { Tables } from '../../ops/adapters/tables/port.ts';
import { openTestTables } from '../../ops/adapters/tables/testing.ts';
import { messageSearch } from '../../projections/message-search/message-search.ts';
import { people } from '../../projections/people/people.ts';
import { anyHistory, conversationOf } from '../../projections/testing/history.ts';
import { applyOneByOne, emptyTables, makeTables } from '../../projections/testing/one-by-one.ts';
import { searchDrivers } from '../../projections/testing/search-drivers.ts';
import { timeline } from '../../projections/timeline/timeline.ts';
import { workersMigrations } from '../migrations.ts';
import { expectedMessages } from '../testing/expected-documents.ts';
import { documentsOf } from '../testing/search-bed.ts';
import { servingIndex } from './destination.ts';

let tables: Tables;
beforeAll(async () => {
  tables = await openTestTables();
  await migrate(tables, workersMigrations);
  await makeTables(tables, timeline);
  await makeTables(tables, people);
});
afterAll(() => tables[Symbol.asyncDispose]());

const progress = { waitForKey: async (_key: string, position: bigint) => position };

async function write(search: Search, batch: readonly ParleyEvent[]): Promise<void> {
  const destination = servingIndex({ search, tables, progress }, messageSearch);
  const record = { partition: 0, offset: 0, key: 'k', value: '' };
  const planned = batch.map((recorded) => ({
    ...{ record, position: recorded.position },
    changes: messageSearch.changes(recorded),
  }));
  await destination.write(tables, planned);
}

/** In batches of a size, with the read models as far ahead of each as they are said to be. */
async function built(
  open: () => Search,
  history: readonly ParleyEvent[],
  { size, ahead, again }: { readonly size: number; readonly ahead: number; readonly again: number },
) {
  await using search = open();
  await search.prepare('messages', 1);
  await emptyTables(tables, timeline);
  let shown = 0;
  for (let at = 0; at < history.length; at += size) {
    const until = Math.min(history.length, at + size + ahead);
    await applyOneByOne(tables, timeline, history.slice(shown, until));
    shown = Math.max(shown, until);
    await write(search, history.slice(Math.max(0, at - again), at + size));
  }
  return await documentsOf(search, 'messages');
}

describe.each(searchDrivers)('the index of messages on $driver', ({ open, numRuns }) => {
  it('is what the history comes to, live or built anew, in whatever batches (law 10)', async () => {
    const shapes = fc.record({
      size: fc.integer({ min: 1, max: 30 }),
      ahead: fc.constantFrom(0, 0, 1, 5, 1_000),
      again: fc.constantFrom(0, 7),
    });
    await fc.assert(
      fc.asyncProperty(anyHistory, shapes, shapes, async (history, live, anew) => {
        const expected = expectedMessages(history);
        expect(await built(open, history, live)).toEqual(expected);
        expect(await built(open, history, anew)).toEqual(expected);
      }),
      { numRuns, endOnFailure: true },
    );
  });

  it('takes the last of several changes that come at once', async () => {
    await using search = open();
    await search.prepare('messages', 1);
    const { number, by, text, contentTag } = edit(1, ada, 'ebb');
    const history = [
      recordedAs(sent(1, ada, 'tide'), 1n),
      recordedAs({ type: 'message-edited', number, by, text, contentTag }, 2n),
      recordedAs({ type: 'reaction-added', number, by, emoji: '👍' }, 3n),
      recordedAs(sent(2, ada, 'flood'), 4n),
      recordedAs({ type: 'message-deleted', number: 2, by }, 5n),
    ];
    await emptyTables(tables, timeline);
    await applyOneByOne(tables, timeline, history);
    await write(search, history);
    expect(await documentsOf(search, 'messages')).toEqual(expectedMessages(history));
  });

  it('waits for no read model where an event says all, and for none for ever', async () => {
    await using search = open();
    await search.prepare('messages', 1);
    const behind = { waitForKey: async () => 0n };
    const destination = servingIndex({ search, tables, progress: behind }, messageSearch);
    const planned = (recorded: ParleyEvent) => ({
      ...{ record: { partition: 0, offset: 0, key: 'k', value: '' }, position: recorded.position },
      changes: messageSearch.changes(recorded),
    });
    const said = recordedAs(sent(1, ada, 'tide'), 1n);
    await destination.write(tables, [planned(said)]);
    expect(await documentsOf(search, 'messages')).toHaveLength(1);
    const { number, by, text, contentTag } = edit(1, ada, 'ebb');
    const edited = recordedAs({ type: 'message-edited', number, by, text, contentTag }, 2n);
    await expect(destination.write(tables, [planned(edited)])).rejects.toThrow('too far behind');
  });
});

function recordedAs(event: ConversationEvent, position: bigint): ParleyEvent {
  const known = { id: 'e', revision: 0, recordedAtMs: noonMs, position };
  return { ...known, category: 'conversation', conversationId: conversationOf(1), event };
}
