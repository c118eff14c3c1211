import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ConversationEvent } from '../../domain/conversation/events.ts';
import type { ParleyEvent } from '../../domain/recorded.ts';
import { groupStarted, sent } from '../../domain/testing/conversation.ts';
import { ada, bob, cleo, noonMs, secondMs } from '../../domain/testing/people.ts';
import type { Tables } from '../../ops/adapters/tables/port.ts';
import { openTestTables } from '../../ops/adapters/tables/testing.ts';
import { counting } from '../testing/counting.ts';
import { conversationOf, recorder } from '../testing/history.ts';
import { applyOneByOne, emptyTables, makeTables, rowsOf } from '../testing/one-by-one.ts';
import { earlierMessage, messageFacts } from './facts.ts';
import type { MessagesPage } from './read.ts';
import {
  eventsAfter,
  messageKeyText,
  messagesByNumbers,
  messagesPage,
  messageVersions,
  numbersAt,
  numbersByClientIds,
  reactionsByKeys,
} from './read.ts';
import { timeline } from './timeline.ts';

let tables: Tables;
beforeAll(async () => {
  tables = await openTestTables();
  await makeTables(tables, timeline);
});
afterEach(() => emptyTables(tables, timeline));
afterAll(async () => {
  await tables[Symbol.asyncDispose]();
});

const room = conversationOf(1);
const take = (history: readonly ParleyEvent[]) => applyOneByOne(tables, timeline, history);
const whole: MessagesPage = {
  ...{ conversationId: room, viewer: ada, window: { from: 1, upTo: null } },
  ...{ direction: 'forwards', start: null, count: 100 },
};
const numbers = async (asked: Partial<MessagesPage> = {}) =>
  (await messagesPage(tables, { ...whole, ...asked })).map(({ number }) => number);
const edited = (number: number, text: string): ConversationEvent => ({
  ...{ type: 'message-edited', number, by: ada, text, contentTag: `tag of ${text}` },
});
const one = async (number: number) => {
  const key = { conversationId: room, number };
  return (await messagesByNumbers(tables, ada, [key])).get(messageKeyText(key));
};
const five = [1, 2, 3, 4, 5].map((number) => sent(number, number % 2 ? ada : bob));

describe('a page of history', () => {
  it('goes both ways, from any number, inside what the viewer may see', async () => {
    const { history, said } = recorder();
    said(room, groupStarted(), ...five);
    await take(history);
    expect(await numbers()).toEqual([1, 2, 3, 4, 5]);
    expect(await numbers({ direction: 'backwards', count: 2 })).toEqual([5, 4]);
    expect(await numbers({ direction: 'backwards', start: 4, count: 2 })).toEqual([3, 2]);
    expect(await numbers({ start: 3 })).toEqual([4, 5]);
    expect(await numbers({ window: { from: 2, upTo: 4 } })).toEqual([2, 3, 4]);
    expect(await numbers({ direction: 'backwards', window: { from: 2, upTo: 4 } })).toEqual([
      4, 3, 2,
    ]);
  });

  it('leaves out what she hid, for her alone', async () => {
    const { history, said, kept } = recorder();
    said(room, groupStarted(), ...five);
    kept(room, ada, { type: 'message-hidden', number: 3 });
    await take(history);
    expect(await numbers()).toEqual([1, 2, 4, 5]);
    expect(await numbers({ viewer: bob })).toEqual([1, 2, 3, 4, 5]);
    expect(await one(3)).toBeUndefined();
  });
});

describe('a message', () => {
  it('shows its newest text and keeps the older ones with their times', async () => {
    const { history, said } = recorder();
    said(room, groupStarted(), sent(1, ada, 'first'), edited(1, 'second'), edited(1, 'third'));
    await take(history);
    expect(await one(1)).toMatchObject({ text: 'third', editedAtMs: noonMs + 4 * secondMs });
    const key = { conversationId: room, number: 1 };
    const versions = await messageVersions(tables, [key]);
    expect(versions.get(messageKeyText(key))).toEqual([
      { number: 1, text: 'first', atMs: noonMs + secondMs },
      { number: 1, text: 'second', atMs: noonMs + 3 * secondMs },
    ]);
  });

  it('loses every text at once when it is deleted for everyone', async () => {
    const { history, said } = recorder();
    said(room, groupStarted(), sent(1, ada, 'secret'), edited(1, 'secret two'));
    said(room, { type: 'message-deleted', number: 1, by: ada });
    await take(history);
    expect(await one(1)).toMatchObject({ deleted: true, text: null, reactions: [] });
    const key = { conversationId: room, number: 1 };
    expect((await messageVersions(tables, [key])).size).toBe(0);
    const rows = await rowsOf(tables, timeline);
    expect(rows.version).toEqual([]);
    expect(rows.message).toMatchObject([{ text: null, edited_text: null }]);
    await take(history);
    expect((await rowsOf(tables, timeline)).version).toEqual([]);
  });

  it('reads as erased where its text could not be opened', async () => {
    const { history, said } = recorder();
    said(room, groupStarted(), { ...sent(1, ada), text: null }, sent(2, ada, 'open'));
    said(room, { ...edited(2, ''), text: null } as ConversationEvent);
    await take(history);
    expect(await one(1)).toMatchObject({ text: null, deleted: false });
    expect(await one(2)).toMatchObject({ text: null, deleted: false });
  });

  it('counts reactions by emoji, the oldest first, and knows her own', async () => {
    const { history, said } = recorder();
    said(room, groupStarted([bob, cleo]), sent(1, bob));
    const reacted = (by: typeof ada, emoji: string, type: 'added' | 'removed' = 'added') =>
      said(room, { type: `reaction-${type}`, number: 1, by, emoji });
    reacted(bob, '👍');
    reacted(cleo, '❤️');
    reacted(ada, '👍');
    reacted(cleo, '😀');
    reacted(cleo, '😀', 'removed');
    await take(history);
    const key = { conversationId: room, number: 1 };
    const shown = await reactionsByKeys(tables, ada, [key, { ...key, number: 2 }]);
    expect([...shown.keys()]).toEqual([messageKeyText(key)]);
    expect(shown.get(messageKeyText(key))).toEqual([
      { emoji: '👍', count: 2, mine: true },
      { emoji: '❤️', count: 1, mine: false },
    ]);
    const asked = { conversationId: room, number: 1, viewer: cleo };
    expect(await messageFacts(tables, asked)).toMatchObject({ author: bob, ownReactions: ['❤️'] });
  });

  it('is found by its client id and by its time', async () => {
    const { history, said } = recorder();
    said(room, groupStarted(), ...five);
    await take(history);
    const { clientId } = sent(4, bob);
    const of = { conversationId: room, author: bob, clientId };
    expect(await earlierMessage(tables, of)).toMatchObject({ number: 4, position: 50n });
    expect(await earlierMessage(tables, { ...of, author: ada })).toBeNull();
    expect(await numbersByClientIds(tables, room, [clientId])).toEqual(new Map([[clientId, 4]]));
    const asked = [3 * secondMs, 2 * secondMs + 1, 9 * secondMs].map((afterMs) => ({
      ...{ conversationId: room, atMs: noonMs + afterMs },
    }));
    expect(await numbersAt(tables, asked)).toEqual([3, 3, null]);
  });
});

describe('catching up', () => {
  const feed = async (viewer = bob, seesUpTo: number | null = null, seesFrom = 1) => {
    const conversations = [{ conversationId: room, seesFrom, seesUpTo }];
    const span = { after: 10n, upTo: 1_000n, rowsMax: 100 };
    const events = await eventsAfter(tables, { ...span, conversations, viewer });
    return events.map(({ type, number }) => (number === null ? type : `${type} ${number}`));
  };

  it('tells every event of the span in order, but of messages before her time none', async () => {
    const { history, said } = recorder();
    said(room, groupStarted(), sent(1, ada), sent(2, ada), edited(1, 'x'));
    await take(history);
    expect(await feed()).toEqual(['message-sent 1', 'message-sent 2', 'message-edited 1']);
    expect(await feed(bob, null, 2)).toEqual(['message-sent 2']);
  });

  it('ends for a former member with the event that let her go', async () => {
    const { history, said } = recorder();
    said(room, groupStarted([bob, cleo]), sent(1, ada));
    said(room, { type: 'member-removed', user: bob, by: ada, atNumber: 1 });
    said(room, edited(1, 'behind her back'), sent(2, ada));
    said(room, { type: 'member-left', user: cleo, atNumber: 2 });
    await take(history);
    expect(await feed(bob, 1)).toEqual(['message-sent 1', 'member-removed']);
    expect(await feed(ada, 0)).toEqual([]);
  });
});

describe('the rows that Postgres touches', () => {
  async function messages(count: number) {
    await tables.script(`
      insert into timeline.message (conversation_id, number, author_id, client_id, text, sent_at,
                                    recorded_at, sent_position, sent_revision, position)
      select '${room}', i, '${ada}', '${ada}', 'text', 'epoch', 'epoch', i, i, i
      from generate_series(1, ${count}) as i;
      insert into timeline.event (conversation_id, revision, type, number, at, position)
      select '${room}', i, 'message-sent', i, 'epoch', i from generate_series(1, ${count}) as i;
      analyze timeline.message; analyze timeline.event;`);
  }
  const depths = (count: number) => [0, Math.floor(count / 2), count - 60];

  it('for a page are the same among 100 messages and a million, at any depth', async () => {
    for (const count of [100, 1_000_000]) {
      await messages(count);
      const counted = counting(tables);
      for (const start of depths(count)) {
        for (const direction of ['forwards', 'backwards'] as const) {
          const from = direction === 'forwards' ? start : start + 51;
          const asked = { ...whole, start: from, direction, count: 50 };
          expect((await messagesPage(counted, asked)).length).toBeGreaterThanOrEqual(49);
          expect(counted.taken().rows).toBeLessThanOrEqual(200);
        }
      }
      await emptyTables(tables, timeline);
    }
  });

  it('would grow with the depth by offset', async () => {
    await messages(20_000);
    const counted = counting(tables);
    await counted.query({
      text: `select number from timeline.message where conversation_id = $1
             order by number limit 50 offset 10000`,
      values: [room],
    });
    expect(counted.taken().rows).toBeGreaterThan(10_000);
  });

  it('for catching up are those that were missed', async () => {
    await messages(20_000);
    const counted = counting(tables);
    const span = { viewer: bob, after: 19_950n, upTo: 20_000n, rowsMax: 500 };
    for (const seesUpTo of [null, 15_000]) {
      const conversations = [{ conversationId: room, seesFrom: 1, seesUpTo }];
      await eventsAfter(counted, { ...span, conversations });
      expect(counted.taken().rows).toBeLessThanOrEqual(200);
    }
  });
});
