import { expect, it } from 'vitest';
import type { MessageQuery } from '../port.ts';
import type { Opened, Room } from './documents.ts';
import { messages, newRoom } from './documents.ts';

/** Pages go on where the last one ended, whatever changed meanwhile. */
export function pagesContract(opened: () => Opened): void {
  const pagesOf = async (
    room: Room,
    query: Partial<MessageQuery>,
    between: (page: number) => Promise<void> = async () => undefined,
  ): Promise<readonly number[]> => {
    const numbers: number[] = [];
    for (let after: string | undefined, page = 1; ; page += 1) {
      const asked = { text: 'lemon', within: room.within, order: 'newest', first: 7 } as const;
      const found = await opened().search.findMessages({ ...asked, ...query, after });
      numbers.push(...found.hits.map(({ number }) => number));
      if (!found.more) return numbers;
      expect(page).toBeLessThan(200); // none is endless
      expect(found.hits).toHaveLength(query.first ?? 7);
      after = found.hits.at(-1)?.cursor;
      await between(page);
    }
  };
  const texts = Array.from({ length: 40 }, (_, at) =>
    at % 3 === 0 ? 'lemons galore' : at % 3 === 1 ? 'a lemon' : 'the lempn',
  );

  it.each(['newest', 'relevance'] as const)('has each hit once, by %s', async (order) => {
    const room = newRoom(opened);
    await room.say(...texts);
    const whole = await room.find('lemon', { order });
    expect([...whole].sort((a, b) => a - b)).toEqual(texts.map((_, at) => at + 1));
    for (const first of [1, 7, 40, 41]) {
      expect(await pagesOf(room, { order, first })).toEqual(whole);
    }
  });

  it.each(['newest', 'relevance'] as const)(
    'does not shift while others come and go, by %s',
    async (order) => {
      const room = newRoom(opened);
      await room.say(...texts);
      const before = await room.find('lemon', { order });
      const [first, second] = [before.slice(0, 7), before.slice(7, 14)];
      const [gone = 0] = second;
      const found = await pagesOf(room, { order }, async (page) => {
        if (page > 1) return;
        await opened().search.apply(messages, [
          ...Array.from({ length: 50 }, (_, at) => room.put(at + 1_000, 'lemon lemon lemon')),
          room.remove(gone, 5_000n),
          room.remove(first[6] ?? 0, 5_000n), // the hit of the cursor itself
        ]);
        await opened().refresh();
      });
      // What is new may come where its rank is; what was there comes once and in its order.
      const old = found.filter((number) => number < 1_000);
      expect(old).toEqual(before.filter((number) => number !== gone));
      expect(new Set(found).size).toBe(found.length);
    },
  );

  it('orders what was sent at the same moment, and pages over it', async () => {
    const room = newRoom(opened);
    const changes = texts.map((text, at) => room.put(at + 1, text, { sentAtMs: 5_000 }));
    await opened().search.apply(messages, changes);
    await opened().refresh();
    const numbers = texts.map((_, at) => at + 1);
    const found = await pagesOf(room, { order: 'newest' });
    expect([...found].sort((a, b) => a - b)).toEqual(numbers);
  });
}
