import fc from 'fast-check';
import { expect, test } from 'vitest';
import { putInOrder } from './again.ts';
import type { Message, Waiting } from './message.ts';

const messageAt = (position: number) => ({ position, id: `${position}` }) as unknown as Message;
const waitingAt = (position: number): Waiting => ({ message: messageAt(position), event: null });
const ascending = (positions: readonly number[]) => positions.toSorted((a, b) => a - b);

test('what comes again is in the order of the log, whatever order it came back in', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(50)), fc.array(fc.nat(50)), (before, back) => {
      const again = ascending(before).map(waitingAt);
      const kept = new Set(again);
      putInOrder(again, back.map(messageAt));
      const positions = again.map(({ message }) => message.position);
      expect(positions).toEqual(ascending([...before, ...back]));
      for (const [at, one] of again.entries()) {
        const twin = again[at + 1];
        if (twin?.message.position !== one.message.position || !kept.has(twin)) continue;
        expect(kept.has(one)).toBe(true); // those that waited already come first
      }
    }),
    { seed: 20 },
  );
});

test('putting back what a consumer had in hand looks at each message a few times', () => {
  const count = 5_000;
  let looks = 0;
  const counted = (position: number) =>
    ({
      get position() {
        looks += 1;
        return position;
      },
    }) as Message;
  // The worst: all that comes back lies before, between or behind what waits, in any order.
  for (const back of [(at: number) => at, (at: number) => count - at, (at: number) => -at]) {
    const again = Array.from({ length: count }, (_, at) => ({
      ...{ message: counted(at), event: null },
    }));
    putInOrder(
      again,
      Array.from({ length: count }, (_, at) => counted(back(at) + 0.5)),
    );
    expect(again.length).toBe(2 * count);
  }
  expect(looks).toBeLessThan(3 * count * 32);
});
