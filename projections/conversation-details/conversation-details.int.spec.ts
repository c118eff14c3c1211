import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ConversationEvent } from '../../domain/conversation/events.ts';
import type { UserId } from '../../domain/ids.ts';
import type { ParleyEvent } from '../../domain/recorded.ts';
import {
  channelStarted,
  directStarted,
  groupStarted,
  sent,
} from '../../domain/testing/conversation.ts';
import { ada, bob, cleo, dan } from '../../domain/testing/people.ts';
import type { Tables } from '../../ops/adapters/tables/port.ts';
import { openTestTables } from '../../ops/adapters/tables/testing.ts';
import { counting } from '../testing/counting.ts';
import { conversationOf, recorder } from '../testing/history.ts';
import { applyOneByOne, emptyTables, makeTables } from '../testing/one-by-one.ts';
import { conversationDetails } from './conversation-details.ts';
import type { MemberCursor, MembersPage } from './read.ts';
import {
  companionIds,
  conversationIdsOf,
  conversationsByIds,
  deliveredCounts,
  memberCounts,
  membersByKeys,
  membersChangedAfter,
  membersPages,
  publicChannelsPage,
} from './read.ts';

let tables: Tables;
beforeAll(async () => {
  tables = await openTestTables();
  await makeTables(tables, conversationDetails);
});
afterEach(() => emptyTables(tables, conversationDetails));
afterAll(async () => {
  await tables[Symbol.asyncDispose]();
});

const room = conversationOf(1);
const take = (history: readonly ParleyEvent[]) =>
  applyOneByOne(tables, conversationDetails, history);
const details = async (id = room) => (await conversationsByIds(tables, [id])).get(id);
const pageOf = async (asked: Partial<MembersPage>) => {
  const whole = { conversationId: room, role: null, readersOf: null, first: 50, after: null };
  const [page = []] = await membersPages(tables, [{ ...whole, ...asked }]);
  return page;
};
const members = (first = 50, after: MemberCursor | null = null) => pageOf({ first, after });
const names = (page: readonly { readonly member: { readonly userId: UserId } }[]) =>
  page.map(({ member }) => member.userId);
const marks = (deliveredUpTo: number, readUpTo: number) =>
  ({ type: 'marks-moved', deliveredUpTo, readUpTo }) as const;
const left = (user: UserId, atNumber: number): ConversationEvent => ({
  ...{ type: 'member-left', user, atNumber },
});

describe('a conversation', () => {
  it('is read without a look at its members, however many they are', async () => {
    const { history, said } = recorder();
    const many = Array.from({ length: 50 }, () => randomUUID() as UserId);
    said(room, groupStarted(many));
    await take(history);
    const counted = counting(tables);
    await conversationsByIds(counted, [room]);
    expect(counted.taken()).toEqual({ statements: 1, rows: 1 });
    expect(await memberCounts(tables, [room])).toEqual(new Map([[room, 51]]));
  });

  it('is as its newest events say', async () => {
    const { history, said } = recorder();
    said(room, groupStarted([bob, cleo]), sent(1, ada), sent(2, ada));
    said(room, { type: 'details-changed', by: ada, about: 'Boats' });
    for (const number of [2, 1]) said(room, { type: 'message-pinned', number, by: ada });
    said(room, left(cleo, 2));
    await take(history);
    expect(await details()).toMatchObject({
      ...{ kind: 'group', title: 'Harbour', about: 'Boats', lastNumber: 2 },
      ...{ pins: [2, 1], closed: false, directPair: null, revision: 5, position: 60n },
    });
    expect(await memberCounts(tables, [room])).toEqual(new Map([[room, 2]]));
    said(room, { type: 'message-unpinned', number: 2, by: ada });
    said(room, { type: 'conversation-closed', by: ada });
    await take(history);
    expect(await details()).toMatchObject({ pins: [1], closed: true });
  });

  it('that is direct knows its pair', async () => {
    const { history, said } = recorder();
    said(room, directStarted());
    await take(history);
    expect((await details())?.directPair).toEqual([ada, bob]);
  });

  it('has no title where the key that could open it is gone', async () => {
    const { history, said } = recorder();
    said(room, { ...groupStarted(), title: null });
    await take(history);
    expect((await details())?.title).toBeNull();
  });
});

describe('its members', () => {
  it('come in the order in which they came, by pages, without those who left', async () => {
    const { history, said } = recorder();
    said(room, groupStarted([bob, cleo]), left(bob, 0));
    said(room, { type: 'member-joined', user: dan, atNumber: 0, seesFrom: 1 });
    said(room, { type: 'member-joined', user: bob, atNumber: 0, seesFrom: 1 });
    await take(history);
    expect(names(await members())).toEqual([ada, cleo, dan, bob]);
    const first = await members(2);
    expect(names(await members(2, first.at(-1)?.cursor))).toEqual([dan, bob]);
    expect(await conversationIdsOf(tables, bob, 10)).toEqual([room]);
    expect([...(await companionIds(tables, [room], 10))].sort()).toEqual([ada, bob, cleo, dan]);
  });

  it('of a channel are its admins and subscribers; an unsubscribed owner stays', async () => {
    const { history, said, kept } = recorder();
    said(room, channelStarted());
    kept(room, bob, { type: 'channel-joined', atNumber: 0, seesFrom: 1 });
    kept(
      room,
      ada,
      { type: 'channel-joined', atNumber: 0, seesFrom: 1 },
      { type: 'channel-left', atNumber: 0 },
    );
    said(room, { type: 'role-changed', user: dan, role: 'admin', by: ada });
    said(room, { type: 'role-changed', user: dan, role: 'member', by: ada });
    await take(history);
    expect(names(await members())).toEqual([bob, ada]);
    expect(await memberCounts(tables, [room])).toEqual(new Map([[room, 2]]));
  });

  it('who are gone are still known, with what they may see', async () => {
    const { history, said } = recorder();
    said(room, groupStarted(), sent(1, ada), left(bob, 1), sent(2, ada));
    await take(history);
    const found = await membersByKeys(tables, [{ conversationId: room, userId: bob }]);
    expect(found.get(`${room}_${bob}`)).toMatchObject({ visibleUpTo: 1 });
  });
});

describe('marks', () => {
  it('tell who has read a message and how many have it, without its author', async () => {
    const { history, said, kept } = recorder();
    said(room, groupStarted([bob, cleo, dan]), sent(1, ada), sent(2, ada), sent(3, dan));
    kept(room, bob, marks(2, 1));
    await take(history);
    const readers = (number: number) => pageOf({ readersOf: { number, author: ada } });
    expect(names(await readers(1))).toEqual([bob, dan]);
    expect(names(await readers(2))).toEqual([dan]);
    const asked = [1, 2, 3].map((number) => ({ conversationId: room, number, author: ada }));
    expect(await deliveredCounts(tables, asked)).toEqual([2, 2, 1]);
  });

  it('that moved in a span come once, as they are now', async () => {
    const { history, said, kept } = recorder();
    said(room, groupStarted(), sent(1, ada), sent(2, ada));
    kept(room, bob, marks(1, 0), marks(2, 1), marks(2, 2));
    await take(history);
    const span = { conversationIds: [room], after: 30n, upTo: 100n, rowsMax: 9 };
    expect(await membersChangedAfter(tables, span)).toMatchObject([{ userId: bob, readUpTo: 2 }]);
    expect(await membersChangedAfter(tables, { ...span, after: 60n })).toEqual([]);
  });
});

it('public channels are found by their words, page by page', async () => {
  const { history, said } = recorder();
  const titles = ['Harbour news', 'Quay', 'harbour tides'];
  for (const [at, title] of titles.entries()) {
    said(conversationOf(at + 1), { ...channelStarted(), title });
  }
  said(conversationOf(4), groupStarted());
  said(conversationOf(5), channelStarted({ joining: 'invited' }));
  await take(history);
  const found = await publicChannelsPage(tables, { query: 'Harbour', first: 1, after: null });
  expect(found.map(({ title }) => title)).toEqual(['Harbour news']);
  const after = found[0]?.conversationId ?? null;
  const next = await publicChannelsPage(tables, { query: 'Harbour', first: 9, after });
  expect(next.map(({ title }) => title)).toEqual(['harbour tides']);
});
