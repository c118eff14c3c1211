import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openKeyedQueue } from './keyed-queue.ts';

describe('work by key', () => {
  it('is done in the order it came for each key, whatever takes how long', async () => {
    const works = fc.array(
      fc.record({ key: fc.constantFrom('a', 'b', 'c'), turns: fc.nat({ max: 5 }) }),
    );
    await fc.assert(
      fc.asyncProperty(works, async (asked) => {
        const queue = openKeyedQueue(1_000);
        const done: { readonly key: string; readonly at: number }[] = [];
        for (const [at, { key, turns }] of asked.entries()) {
          queue.put(key, async () => {
            for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
            done.push({ key, at });
          });
        }
        await queue.settled();
        expect(done).toHaveLength(asked.length);
        for (const key of ['a', 'b', 'c']) {
          const order = done.filter((work) => work.key === key).map(({ at }) => at);
          expect(order).toEqual(order.toSorted((one, other) => one - other));
        }
      }),
    );
  });

  it('of one key does not wait for another', async () => {
    const queue = openKeyedQueue(10);
    const slow = Promise.withResolvers<void>();
    const done: string[] = [];
    queue.put('slow', () => slow.promise.then(() => void done.push('slow')));
    queue.put('fast', async () => void done.push('fast'));
    await Promise.resolve().then(() => undefined);
    expect(done).toEqual(['fast']);
    slow.resolve();
    await queue.settled();
    expect(done).toEqual(['fast', 'slow']);
  });

  it('is bounded in all keys together, and there is room again when some is done', async () => {
    const queue = openKeyedQueue(2);
    const slow = Promise.withResolvers<void>();
    expect(queue.put('a', () => slow.promise)).toBe(true);
    expect(queue.put('b', () => slow.promise)).toBe(true);
    let taken = false;
    const work = async () => {
      taken = true;
    };
    expect(queue.put('c', work)).toBe(false);
    slow.resolve();
    await queue.settled();
    expect(taken).toBe(false);
    expect(queue.put('c', work)).toBe(true);
    await queue.settled();
    expect(taken).toBe(true);
  });

  it('that is settled is what was put before, not what comes after', async () => {
    const queue = openKeyedQueue(10);
    const later = Promise.withResolvers<void>();
    const before = Promise.withResolvers<void>();
    queue.put('a', () => before.promise);
    const settled = queue.settled();
    queue.put('a', () => later.promise);
    before.resolve();
    await settled;
    later.resolve();
    await queue.settled();
  });
});
