import { expect, it } from 'vitest';
import type { MessageQuery } from '../port.ts';
import type { Opened, Room } from './documents.ts';
import { messages, newRoom } from './documents.ts';

/** Whoever goes on where a question took its time comes to the same hits, each of them once. */
export function budgetContract(open: (how: 'brief') => Promise<Opened>): void {
  it('goes on where a question took its time, and has each hit once and in its order', async () => {
    const opened = await open('brief');
    const [room, hidden] = [newRoom(() => opened), newRoom(() => opened)];
    const texts = ['lemon tree', 'a lemon in a tree', 'trees of lemons', 'lempn tree', 'a tree'];
    const said = Array.from({ length: 30 }, (_, at) => texts[at % texts.length] ?? '');
    try {
      await opened.search.prepare('messages', 1);
      await room.say(...said);
      await hidden.say(...said);
      const numbers = (of: (text: string) => boolean) =>
        said.flatMap((text, at) => (of(text) ? [at + 1] : [])).reverse();
      const ranked = texts.slice(0, 4).flatMap((one) => numbers((text) => text === one));
      for (const first of [1, 4, 100]) {
        const { found, cuts } = await walk(opened, room, { first, order: 'relevance' });
        expect([...found].sort((a, b) => a - b)).toEqual([...ranked].sort((a, b) => a - b));
        expect(found.slice(0, 12)).toEqual(ranked.slice(0, 12));
        if (first === 100) expect(cuts).toBeGreaterThan(0);
      }
      const { found } = await walk(opened, room, { first: 4, order: 'newest' });
      expect(found.slice(0, 12)).toEqual(numbers((text) => /lemon .*tree/.test(text)));
      expect(found.slice(12)).toEqual(numbers((text) => /lemons|lempn/.test(text)));
    } finally {
      await opened.dispose();
    }
  });

  it('lets what one person asks wait behind what others ask', async () => {
    const opened = await open('brief');
    const room = newRoom(() => opened);
    try {
      await opened.search.prepare('messages', 1);
      await opened.search.apply(messages, [room.put(1, 'lemon')]);
      await opened.refresh();
      const asked = (asker: string) => room.hits('lemon', { asker });
      const hers = Promise.allSettled(Array.from({ length: 100 }, () => asked('busy')));
      expect(await asked('other')).toHaveLength(1);
      const outcomes = (await hers).map(({ status }) => status);
      expect(outcomes).toContain('fulfilled');
      expect(outcomes).toContain('rejected'); // more of hers than may wait
    } finally {
      await opened.dispose();
    }
  });
}

async function walk(
  { search }: Opened,
  { within }: Room,
  asked: Pick<MessageQuery, 'first' | 'order'>,
): Promise<{ readonly found: readonly number[]; readonly cuts: number }> {
  const found: number[] = [];
  let cuts = 0;
  for (let after: string | undefined, n = 0; n < 500; n += 1) {
    const page = await search.findMessages({ text: 'lemon tree', within, after, ...asked });
    found.push(...page.hits.map(({ number }) => number));
    if (!page.more) return { found, cuts };
    if (page.endedAt !== undefined) cuts += 1;
    after = page.endedAt ?? page.hits.at(-1)?.cursor;
  }
  throw new Error('the walk comes to no end');
}
