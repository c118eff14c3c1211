import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { UserId } from '../../domain/ids.ts';
import { directStarted, groupStarted, sent } from '../../domain/testing/conversation.ts';
import { ada, bob, cleo, person } from '../../domain/testing/people.ts';
import type { Tables } from '../../ops/adapters/tables/port.ts';
import { openTestTables } from '../../ops/adapters/tables/testing.ts';
import { counting } from '../testing/counting.ts';
import { conversationOf, recorder } from '../testing/history.ts';
import { applyOneByOne, emptyTables, makeTables } from '../testing/one-by-one.ts';
import { inbox } from './inbox.ts';
import type { InboxCursor } from './read.ts';
import { inboxPage, participationsChangedAfter } from './read.ts';
import type { InboxFilter } from './view.ts';

let tables: Tables;
beforeAll(async () => {
  tables = await openTestTables();
  await makeTables(tables, inbox);
});
afterEach(() => emptyTables(tables, inbox));
afterAll(async () => {
  await tables[Symbol.asyncDispose]();
});

const indexOf = (id: string) => Number(id.slice(-12));
const heads = async (viewer: UserId, filter: InboxFilter = 'all') => {
  const { rows } = await inboxPage(tables, { viewer, filter, first: 50, after: null });
  return rows.map(({ conversationId }) => indexOf(conversationId));
};

/** Every page from the first to the last. */
async function walkThrough(viewer: UserId, first: number, filter: InboxFilter = 'all') {
  const seen: number[] = [];
  let after: InboxCursor | null = null;
  for (let pages = 0; pages < 10_000; pages += 1) {
    const page = await inboxPage(tables, { viewer, filter, first, after });
    seen.push(...page.rows.map(({ conversationId }) => indexOf(conversationId)));
    const last = page.rows.at(-1);
    if (!page.hasNext || !last) return seen;
    after = last;
  }
  throw new Error('it never ended');
}

/**
 * A platform: conversations 1 … n of ada and others, every third one direct or none, among as many
 * that are none of hers; the higher the number the newer. Every 997th of hers is pinned.
 */
async function platform(hers: number, { directs }: { readonly directs: boolean }) {
  const direct = directs ? 'i % 3 = 0' : 'false';
  await tables.script(`
    insert into inbox.head (conversation_id, kind, last_number, last_activity, position)
    select ('0198f1d2-0000-7000-8000-' || lpad(i::text, 12, '0'))::uuid,
           case when ${direct} and i <= ${hers} then 'direct' else 'group' end, 9,
           case when i <= ${hers} then 2 * i else 2 * (i - ${hers}) + 1 end, 1
    from generate_series(1, ${2 * hers}) as i;
    insert into inbox.participation
      (user_id, conversation_id, listed, pinned, direct_activity, read_up_to, position)
    select '${ada}', ('0198f1d2-0000-7000-8000-' || lpad(i::text, 12, '0'))::uuid, true,
           i % 997 = 0, case when ${direct} then 2 * i end, 3, i
    from generate_series(1, ${hers}) as i;
    insert into inbox.participation (user_id, conversation_id, listed, position)
    select '${bob}', conversation_id, true, 1 from inbox.head;
    analyze inbox.head; analyze inbox.participation;`);
}

function expectedOrder(hers: number): readonly number[] {
  const all = Array.from({ length: hers }, (_, at) => hers - at);
  return [...all.filter((i) => i % 997 === 0), ...all.filter((i) => i % 997 !== 0)];
}

describe('the inbox', () => {
  it('shows newest activity first, with pinned ones on top', async () => {
    const { history, said, kept } = recorder();
    said(conversationOf(1), groupStarted([bob]));
    said(conversationOf(2), directStarted());
    said(conversationOf(3), groupStarted([bob]));
    said(conversationOf(1), sent(1, bob));
    await applyOneByOne(tables, inbox, history);
    expect(await heads(ada)).toEqual([1, 3, 2]);
    said(conversationOf(2), { ...sent(1, bob), peer: ada });
    kept(conversationOf(3), ada, { type: 'conversation-pinned' });
    await applyOneByOne(tables, inbox, history);
    expect(await heads(ada)).toEqual([3, 2, 1]);
    expect(await heads(bob)).toEqual([2, 1, 3]);
  });

  it('moves a direct conversation up also by what she says herself', async () => {
    const { history, said } = recorder();
    const others = [bob, cleo, person(7), person(8)];
    for (const [at, other] of others.entries()) said(conversationOf(at), directStarted(ada, other));
    said(conversationOf(0), { ...sent(1, ada), peer: bob });
    await applyOneByOne(tables, inbox, history);
    const asked = { viewer: ada, filter: 'all', first: 1, after: null } as const;
    const { rows, hasNext } = await inboxPage(tables, asked);
    expect(rows.map(({ conversationId }) => indexOf(conversationId))).toEqual([0]);
    expect(hasNext).toBe(true);
  });

  it('filters by what she keeps about each', async () => {
    const { history, said, kept } = recorder();
    for (const index of [1, 2, 3, 4]) said(conversationOf(index), groupStarted([bob]));
    kept(conversationOf(1), ada, { type: 'archived' });
    kept(conversationOf(2), ada, { type: 'muted', untilMs: undefined });
    said(conversationOf(3), sent(1, bob));
    kept(conversationOf(4), ada, { type: 'marked-unread' });
    await applyOneByOne(tables, inbox, history);
    expect(await heads(ada, 'active')).toEqual([3, 4, 2]);
    expect(await heads(ada, 'archived')).toEqual([1]);
    expect(await heads(ada, 'muted')).toEqual([2]);
    expect(await heads(ada, 'unread')).toEqual([3, 4]);
  });

  it('gives her own rows that changed in a span, oldest change first', async () => {
    const { history, said, kept } = recorder();
    for (const index of [1, 2]) said(conversationOf(index), groupStarted([bob]));
    kept(conversationOf(2), ada, { type: 'archived' });
    kept(conversationOf(1), ada, { type: 'conversation-pinned' });
    await applyOneByOne(tables, inbox, history);
    const changed = async (after: bigint, upTo: bigint) =>
      (await participationsChangedAfter(tables, { viewer: ada, after, upTo, rowsMax: 9 })).map(
        ({ conversationId }) => indexOf(conversationId),
      );
    expect(await changed(20n, 40n)).toEqual([2, 1]);
    expect(await changed(30n, 40n)).toEqual([1]);
    expect(await changed(20n, 30n)).toEqual([2]);
  });
});

describe('writing a message', () => {
  it('touches as many rows in a group of three as in one of a thousand', () => {
    const rows = [2, 999].map((others) => {
      const { history, said } = recorder();
      const crowd = Array.from({ length: others }, (_, at) => person(at + 10));
      said(conversationOf(1), groupStarted(crowd), sent(1, ada));
      return history.slice(1).flatMap(inbox.changes).length;
    });
    expect(rows).toEqual([2, 2]);
  });
});

describe('paging through', () => {
  it.each([
    { hers: 40, directs: true },
    { hers: 1_200, directs: true },
    { hers: 2_500, directs: false },
  ])('finds each of $hers once, in order (directs: $directs)', async ({ hers, directs }) => {
    await platform(hers, { directs });
    expect(await walkThrough(ada, 70)).toEqual(expectedOrder(hers));
  });

  it('finds quiet groups too, behind more newer heads of others than a walk looks at', async () => {
    await platform(600, { directs: false });
    await tables.script(`
      insert into inbox.head (conversation_id, last_activity, position)
      select ('1198f1d2-0000-7000-8000-' || lpad(i::text, 12, '0'))::uuid, 100000 + i, 1
      from generate_series(1, 5100) as i;`);
    expect(await walkThrough(ada, 200)).toEqual(expectedOrder(600));
  });

  it('shows none twice and misses none that kept still while others move up', async () => {
    await platform(300, { directs: true });
    const first = await inboxPage(tables, { viewer: ada, filter: 'all', first: 20, after: null });
    const cursor = first.rows.at(-1) ?? null;
    const { history, said } = recorder();
    const ahead = { ...sent(10, cleo), peer: undefined };
    said(conversationOf(100), ahead);
    said(conversationOf(299), { ...ahead, number: 11 });
    const moved = history.map((recorded) => ({
      ...recorded,
      position: recorded.position + 1_000_000n,
    }));
    await applyOneByOne(tables, inbox, moved);
    const next = await inboxPage(tables, { viewer: ada, filter: 'all', first: 300, after: cursor });
    const seen = next.rows.map(({ conversationId }) => indexOf(conversationId));
    expect(seen).toEqual(
      expectedOrder(300)
        .slice(20)
        .filter((index) => index !== 100),
    );
  });
});

describe('the rows that Postgres touches for a page of 50', () => {
  const boundRows = 1_500;

  it.each([
    { hers: 10, directs: true },
    { hers: 1_000, directs: true },
    { hers: 1_000, directs: false },
    { hers: 10_000, directs: true },
    { hers: 10_000, directs: false },
  ])('stay bounded with $hers conversations (directs: $directs)', async (shape) => {
    await platform(shape.hers, shape);
    const counted = counting(tables);
    const order = expectedOrder(shape.hers);
    for (const start of [0, Math.floor(shape.hers / 2)]) {
      const before = order[start - 1];
      const after = before === undefined ? null : cursorAt(before);
      const asked = { viewer: ada, filter: 'all', first: 50, after } as const;
      const { rows } = await inboxPage(counted, asked);
      expect(rows.map(({ conversationId }) => indexOf(conversationId))).toEqual(
        order.slice(start, start + 50),
      );
      const { rows: touched, statements } = counted.taken();
      expect(touched).toBeLessThan(boundRows);
      expect(statements).toBeLessThanOrEqual(3);
    }
  });

  it('would not stay bounded by joining and sorting everything', async () => {
    await platform(10_000, { directs: true });
    const counted = counting(tables);
    await counted.query({
      text: `select p.conversation_id
             from inbox.participation p join inbox.head h using (conversation_id)
             where p.user_id = $1 and p.present
             order by p.pinned desc, h.last_activity desc limit 51`,
      values: [ada],
    });
    expect(counted.taken().rows).toBeGreaterThan(10 * boundRows);
  });
});

function cursorAt(index: number): InboxCursor {
  return {
    pinned: index % 997 === 0,
    lastActivity: BigInt(2 * index),
    conversationId: conversationOf(index),
  };
}
