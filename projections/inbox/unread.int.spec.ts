import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ConversationId, UserId } from '../../domain/ids.ts';
import type { ParleyEvent } from '../../domain/recorded.ts';
import {
  channelStarted,
  directStarted,
  groupStarted,
  sent,
} from '../../domain/testing/conversation.ts';
import { ada, bob, cleo } from '../../domain/testing/people.ts';
import type { Tables } from '../../ops/adapters/tables/port.ts';
import { openTestTables } from '../../ops/adapters/tables/testing.ts';
import { anyHistory, conversationOf, everybody, recorder } from '../testing/history.ts';
import { applyOneByOne, emptyTables, makeTables } from '../testing/one-by-one.ts';
import { inbox } from './inbox.ts';
import { inboxPage, participationsByKeys, unreadNumbers, unreadTotal, windowsOf } from './read.ts';

let tables: Tables;
beforeAll(async () => {
  tables = await openTestTables();
  await makeTables(tables, inbox);
});
afterEach(() => emptyTables(tables, inbox));
afterAll(async () => {
  await tables[Symbol.asyncDispose]();
});

const room = conversationOf(1);
const her = async (viewer: UserId, id: ConversationId = room) =>
  (await participationsByKeys(tables, viewer, [id])).get(id);
const take = (history: readonly ParleyEvent[]) => applyOneByOne(tables, inbox, history);
const numbers = async (viewer: UserId, { first = 100, id = room } = {}) =>
  (await unreadNumbers(tables, viewer, [{ conversationId: id, first }]))[0];
const page = async (viewer: UserId) =>
  (await inboxPage(tables, { viewer, filter: 'all', first: 50, after: null })).rows;

/** Law 7, told event by event: which numbers are unread to her now, and is she in it. */
function naive(history: readonly ParleyEvent[], id: ConversationId, viewer: UserId) {
  let unread: number[] = [];
  let last = 0;
  let listed = false;
  let subscribed = false;
  let role = 'member';
  let seen = 0;
  const deleted = new Set<number>();
  const inside = () => listed || subscribed || role !== 'member';
  const arrive = (atNumber: number) => {
    if (atNumber > seen) seen = atNumber;
  };
  for (const recorded of history) {
    if (recorded.category === 'account' || recorded.conversationId !== id) continue;
    const { event } = recorded;
    if (recorded.category === 'participation' && recorded.userId !== viewer) continue;
    if (event.type === 'conversation-started') {
      const self = event.members.find(({ user }) => user === viewer);
      role = self?.role ?? role;
      listed = self !== undefined && event.kind !== 'channel';
    }
    if (event.type === 'members-added' && event.members.some(({ user }) => user === viewer)) {
      listed = true;
      arrive(event.atNumber);
    }
    if (event.type === 'member-joined' && event.user === viewer) {
      listed = true;
      arrive(event.atNumber);
    }
    if (event.type === 'channel-joined') {
      subscribed = true;
      arrive(event.atNumber);
    }
    if (event.type === 'channel-left') subscribed = false;
    if (event.type === 'role-changed' && event.user === viewer) role = event.role;
    const goes = event.type === 'member-left' || event.type === 'member-removed';
    if (goes && event.user === viewer) {
      listed = false;
      role = 'member';
    }
    if (event.type === 'message-sent') {
      last = event.number;
      if (event.author === viewer) seen = Math.max(seen, event.number);
    }
    if (event.type === 'message-deleted') deleted.add(event.number);
    if (event.type === 'marks-moved') seen = Math.max(seen, event.readUpTo);
    if (event.type === 'history-cleared') seen = Math.max(seen, event.upTo);
  }
  unread = Array.from({ length: last }, (_, at) => at + 1).filter(
    (number) => number > seen && !deleted.has(number),
  );
  return { unread, inside: inside() };
}

describe('unread', () => {
  it('is what counting one by one gives, for everybody in every conversation', async () => {
    await fc.assert(
      fc.asyncProperty(anyHistory, async (history) => {
        await emptyTables(tables, inbox);
        await take(history);
        for (const viewer of everybody) {
          let total = 0;
          const shown = new Map((await page(viewer)).map((row) => [row.conversationId, row]));
          for (const id of [1, 2, 3].map(conversationOf)) {
            const expected = naive(history, id, viewer);
            const row = await her(viewer, id);
            expect(row?.member ?? false).toBe(expected.inside);
            expect(shown.has(id)).toBe(expected.inside);
            if (!row || !expected.inside) continue;
            expect(row.unread).toBe(expected.unread.length);
            expect(await numbers(viewer, { id })).toEqual(expected.unread);
            expect(row.readUpTo).toBeLessThanOrEqual(row.deliveredUpTo);
            if (!row.archived && row.mutedUntilMs === null) total += row.unread;
          }
          expect(await unreadTotal(tables, viewer)).toBe(total);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('has nothing of her own, moves with her marks and passes over the deleted', async () => {
    const { history, said, kept } = recorder();
    said(room, groupStarted([bob]), sent(1, ada), sent(2, ada), sent(3, bob), sent(4, ada));
    said(room, sent(5, ada));
    for (const number of [2, 5]) said(room, { type: 'message-deleted', number, by: ada });
    await take(history);
    expect((await her(ada))?.unread).toBe(0);
    expect((await her(bob))?.unread).toBe(1);
    kept(room, bob, { type: 'marks-moved', deliveredUpTo: 4, readUpTo: 4 });
    await take(history);
    expect((await her(bob))?.unread).toBe(0);
  });

  it('never falls below nothing when what was read is deleted afterwards', async () => {
    const { history, said, kept } = recorder();
    said(room, groupStarted([bob]), sent(1, ada), sent(2, ada));
    kept(room, bob, { type: 'marks-moved', deliveredUpTo: 2, readUpTo: 2 });
    said(room, { type: 'message-deleted', number: 1, by: ada });
    await take(history);
    expect((await her(bob))?.unread).toBe(0);
  });

  it('gives the first numbers, also when deleted ones lie between', async () => {
    const { history, said } = recorder();
    said(room, groupStarted([bob]), ...Array.from({ length: 30 }, (_, at) => sent(at + 1, ada)));
    for (const number of [1, 2, 3, 5]) said(room, { type: 'message-deleted', number, by: ada });
    await take(history);
    expect(await numbers(bob, { first: 3 })).toEqual([4, 6, 7]);
  });
});

describe('what she may see', () => {
  it('begins with what she saw when she came, where history is not for new members', async () => {
    const { history, said } = recorder();
    said(room, groupStarted([bob]), sent(1, ada), sent(2, ada));
    const members = [{ user: cleo, role: 'member' as const }];
    said(room, { type: 'members-added', by: ada, members, atNumber: 2, seesFrom: 3 });
    said(room, sent(3, ada));
    await take(history);
    expect(await her(cleo)).toMatchObject({ visibleFrom: 3, joinedAtNumber: 2, unread: 1 });
    expect(await windowsOf(tables, cleo)).toMatchObject([{ seesFrom: 3, seesUpTo: null }]);
  });

  it('ends where she left, and goes on when she comes again', async () => {
    const { history, said } = recorder();
    said(room, groupStarted([bob]), sent(1, ada));
    said(room, { type: 'member-left', user: bob, atNumber: 1 }, sent(2, ada), sent(3, ada));
    await take(history);
    expect(await her(bob)).toMatchObject({ member: false, visibleUpTo: 1, unread: 1 });
    expect(await page(bob)).toEqual([]);
    said(room, { type: 'member-joined', user: bob, atNumber: 3, seesFrom: 1 });
    await take(history);
    expect(await her(bob)).toMatchObject({ member: true, visibleUpTo: null, unread: 0 });
  });

  it('has no unread before what she cleared', async () => {
    const { history, said, kept } = recorder();
    said(room, groupStarted([bob]), sent(1, ada), sent(2, ada), sent(3, ada));
    kept(room, bob, { type: 'history-cleared', upTo: 2 });
    await take(history);
    expect(await her(bob)).toMatchObject({ clearedUpTo: 2, unread: 1 });
    expect(await windowsOf(tables, bob)).toMatchObject([{ seesFrom: 3 }]);
  });

  it('is nothing to a stranger', async () => {
    const { history, said } = recorder();
    said(room, directStarted(), { ...sent(1, ada), peer: bob });
    await take(history);
    expect(await her(cleo)).toBeUndefined();
    expect(await windowsOf(tables, cleo)).toEqual([]);
    expect(await numbers(cleo)).toEqual([]);
  });
});

describe('a channel', () => {
  it('keeps its owner when she ends her subscription', async () => {
    const { history, said, kept } = recorder();
    said(room, channelStarted());
    kept(
      room,
      ada,
      { type: 'channel-joined', atNumber: 0, seesFrom: 1 },
      { type: 'channel-left', atNumber: 0 },
    );
    await take(history);
    expect(await her(ada)).toMatchObject({ member: true, role: 'owner', visibleUpTo: null });
  });

  it('lets a dismissed admin go who never subscribed, and keeps one who did', async () => {
    const { history, said, kept } = recorder();
    said(room, channelStarted());
    kept(room, cleo, { type: 'channel-joined', atNumber: 0, seesFrom: 1 });
    for (const user of [bob, cleo]) {
      said(room, { type: 'role-changed', user, role: 'admin', by: ada });
      said(room, { type: 'role-changed', user, role: 'member', by: ada });
    }
    await take(history);
    expect(await her(bob)).toBeUndefined();
    expect(await her(cleo)).toMatchObject({ member: true, role: 'member' });
  });
});
