import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CursorRefused, refreshMs, SearchUnavailable } from './port.ts';
import { budgetContract } from './testing/budget.ts';
import type { Opened } from './testing/documents.ts';
import { all, messages, newRoom } from './testing/documents.ts';
import { namesContract } from './testing/names.ts';
import { pagesContract } from './testing/pages.ts';
import { versionsContract } from './testing/versions.ts';
import { wordsContract } from './testing/words.ts';

/** Brief: each question ends as soon as it may. */
type Open = (how?: 'brief') => Promise<Opened>;

/** What every driver of the port must do; each call of `open` gives an empty one. */
export function searchContract(name: string, open: Open): void {
  describe(`the search, ${name},`, () => {
    let opened: Opened | null = null;
    const current = (): Opened => {
      if (opened === null) throw new Error('the search is opened before the first test');
      return opened;
    };
    beforeAll(async () => {
      opened = await open();
      for (const index of ['messages', 'people', 'conversations'] as const) {
        await opened.search.prepare(index, 1);
      }
    });
    afterAll(() => opened?.dispose());

    versionsContract(current);
    wordsContract(current);
    filtersContract(current);
    pagesContract(current);
    namesContract(current);
    sizesContract(current);
    budgetContract(open);
    buildingContract(open);
  });
}

function filtersContract(opened: () => Opened): void {
  it('finds by who wrote it, what it has, and when it was sent', async () => {
    const room = newRoom(opened);
    await opened().search.apply(messages, [
      room.put(1, 'a pear', { author: 'ada', sentAtMs: 10_000 }),
      room.put(2, 'a pear', { author: 'b-1_o:b', sentAtMs: 20_000, has: ['link'] }),
      room.put(3, 'a pear', { author: 'ada', sentAtMs: 30_000, has: ['link', 'mention'] }),
    ]);
    await opened().refresh();
    expect(await room.find('pear', { from: 'b-1_o:b' })).toEqual([2]);
    expect(await room.find('pear', { from: 'nobody' })).toEqual([]);
    expect(await room.find('pear', { has: ['link'] })).toEqual([3, 2]);
    expect(await room.find('pear', { has: ['link', 'mention'] })).toEqual([3]);
    expect(await room.find('pear', { beforeMs: 20_000 })).toEqual([1]);
    expect(await room.find('pear', { afterMs: 20_000 })).toEqual([3, 2]);
    expect(await room.find('pear', { afterMs: 20_000, beforeMs: 30_000 })).toEqual([2]);
    expect(await room.find('pear', { from: 'ada', has: ['link'], afterMs: 5 })).toEqual([3]);
  });

  it('finds only within what the viewer may see, of each conversation these numbers', async () => {
    const [one, two, hidden] = [newRoom(opened), newRoom(opened), newRoom(opened)];
    for (const room of [one, two, hidden]) await room.say('plum', 'plum', 'plum', 'plum');
    const seen = async (within: (typeof one)['within']) =>
      (await one.hits('plum', { within, order: 'newest' })).map(
        ({ conversationId, number }) => `${conversationId === one.id ? 'one' : 'two'} ${number}`,
      );
    const ranges = [
      { conversationId: one.id, first: 2, last: 3 },
      { conversationId: two.id, first: 4, last: null },
      { conversationId: one.id, first: 4, last: 4 },
    ];
    expect((await seen(ranges)).sort()).toEqual(['one 2', 'one 3', 'one 4', 'two 4']);
    expect(await seen([])).toEqual([]);
    const others = Array.from({ length: 5_000 }, (_, at) => ({
      ...{ conversationId: `other-${at}`, first: 1 + (at % 2), last: null },
    }));
    expect((await seen([...others, ...ranges])).sort()).toEqual([
      ...['one 2', 'one 3', 'one 4', 'two 4'],
    ]);
  });
}

function sizesContract(opened: () => Opened): void {
  it('finds the last word of 64 KiB, and shows the passage around it', async () => {
    const room = newRoom(opened);
    const text = `${'Lörem ipsum 🐈 dolor, '.repeat(2_600)}the needle is here`;
    await room.say(text, 'x'.repeat(65_536));
    const [hit] = await room.hits('needle');
    const shown = hit?.highlights.map((piece) => piece.text).join('') ?? '';
    expect(text).toContain(shown);
    expect(shown.length).toBeLessThanOrEqual(300);
    expect(hit?.highlights.filter(({ found }) => found)).toEqual([{ text: 'needle', found: true }]);
  });

  it('holds a batch of 10,000, all of it, and has it in its documents', async () => {
    const room = newRoom(opened);
    const numbers = Array.from({ length: 10_000 }, (_, at) => at + 1);
    await opened().search.apply(
      messages,
      numbers.map((number) => room.put(number, `fig ${number}`)),
    );
    await opened().refresh();
    expect(await room.find('fig', { order: 'newest', first: 3 })).toEqual([10_000, 9_999, 9_998]);
    expect(await room.find('fig 7000')).toEqual([7_000]);
    const documents = await all(opened().search.documents(messages));
    const ids = documents.map(({ id }) => id);
    expect(ids).toEqual([...ids].sort());
    const mine = documents.filter(({ id }) => id.startsWith(room.id));
    expect(mine).toHaveLength(10_000);
    expect(mine).toContainEqual(room.message(7_000, 'fig 7000'));
  });

  it('finds by itself what was applied, without being told to', async () => {
    const room = newRoom(opened);
    await opened().search.apply(messages, [room.put(1, 'quince')]);
    await expect.poll(() => room.find('quince'), { timeout: 20 * refreshMs }).toEqual([1]);
  });

  it('is healthy', async () => {
    expect(await opened().search.health()).toEqual({ ok: true });
  });

  it('refuses a cursor that is none, or of another order', async () => {
    const room = newRoom(opened);
    await room.say('medlar');
    const [hit] = await room.hits('medlar');
    const other = room.hits('medlar', { order: 'newest', after: hit?.cursor });
    await expect(other).rejects.toBeInstanceOf(CursorRefused);
    await expect(room.hits('medlar', { after: 'x' })).rejects.toBeInstanceOf(CursorRefused);
    const people = opened().search.findPeople({ text: 'ada', first: 1, after: hit?.cursor });
    await expect(people).rejects.toBeInstanceOf(CursorRefused);
  });
}

function buildingContract(open: () => Promise<Opened>): void {
  it('lets an older program write nothing into a newer index, nor take it away', async () => {
    const opened = await open();
    const { search } = opened;
    const room = newRoom(() => opened);
    const at = (place: 'serving' | 'next', version: number) => ({
      ...messages,
      at: place,
      version,
    });
    try {
      await search.prepare('messages', 1);
      await search.prepare('messages', 2);
      await expect(search.apply(at('next', 1), [room.put(1, 'old')])).rejects.toThrow(
        SearchUnavailable,
      );
      await search.apply(at('next', 2), [room.put(1, 'newer quince')]);
      await search.apply(at('serving', 2), [room.put(1, 'newer quince')]); // until the switch
      await search.switchTo('messages', 2);
      await expect(search.apply(at('serving', 1), [room.put(2, 'old')])).rejects.toThrow(
        SearchUnavailable,
      );
      expect(await search.prepare('messages', 1)).toEqual({ kind: 'serving' });
      await search.prepare('messages', 4);
      expect(await search.prepare('messages', 3)).toEqual({ kind: 'serving' });
      await search.apply(at('next', 4), [room.put(1, 'newest quince')]);
      await opened.refresh();
      expect(await room.find('quince')).toEqual([1]);
      expect(await room.find('old')).toEqual([]);
    } finally {
      await opened.dispose();
    }
  });

  it('builds the next version beside the one that serves, and switches in one step', async () => {
    const opened = await open();
    const { search } = opened;
    const room = newRoom(() => opened);
    const next = { ...messages, at: 'next' } as const;
    try {
      expect(await search.prepare('messages', 1)).toEqual({ kind: 'serving' });
      expect(await search.prepare('messages', 1)).toEqual({ kind: 'serving' });
      await search.apply(messages, [room.put(1, 'old cherry')]);
      await expect(search.apply(next, [room.put(1, 'new')])).rejects.toThrow(/prepare/);
      expect(await search.prepare('messages', 2)).toEqual({ kind: 'to-be-built' });
      await search.apply(next, [room.put(1, 'new cherry'), room.put(2, 'new cherry')]);
      expect(await search.prepare('messages', 2)).toEqual({ kind: 'to-be-built' });
      await opened.refresh();
      expect(await room.find('cherry')).toEqual([1]);
      expect(await all(search.documents(next))).toHaveLength(2);
      await expect(search.switchTo('messages', 3)).rejects.toThrow(/prepare/);

      let asking = true;
      const answers: (readonly number[])[] = [];
      const asked = (async () => {
        while (asking) answers.push(await room.find('cherry'));
      })();
      await search.switchTo('messages', 2);
      asking = false;
      await asked;
      for (const answer of answers) expect(['1', '2,1']).toContain(`${answer}`);
      expect(await room.find('cherry')).toEqual([2, 1]);
      expect(await room.find('old')).toEqual([]);

      await search.switchTo('messages', 2);
      expect(await search.prepare('messages', 2)).toEqual({ kind: 'serving' });
      expect(await search.prepare('messages', 1)).toEqual({ kind: 'serving' });
      await expect(search.apply(next, [room.put(4, '')])).rejects.toThrow(/prepare/);
      await search.apply(messages, [room.put(3, 'later cherry')]);
      await opened.refresh();
      expect(await room.find('cherry')).toEqual([3, 2, 1]);
    } finally {
      await opened.dispose();
    }
  });

  it('begins the next one anew when another version is to be built', async () => {
    const opened = await open();
    const room = newRoom(() => opened);
    const next = { ...messages, at: 'next' } as const;
    try {
      await opened.search.prepare('messages', 1);
      await opened.search.prepare('messages', 2);
      await opened.search.apply(next, [room.put(1, 'of two')]);
      expect(await opened.search.prepare('messages', 3)).toEqual({ kind: 'to-be-built' });
      await opened.refresh();
      expect(await all(opened.search.documents(next))).toEqual([]);
    } finally {
      await opened.dispose();
    }
  });
}
