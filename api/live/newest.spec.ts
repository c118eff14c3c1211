import { describe, expect, it } from 'vitest';
import { openNewest } from './newest.ts';

describe('how far each key has come', () => {
  it('moves on, and neither stands still nor goes back', () => {
    const newest = openNewest(10);
    const moved = [3n, 5n, 5n, 4n, 6n].map((position) => newest.moves('a', position));
    expect(moved).toEqual([true, true, false, false, true]);
  });

  it('is each key’s own', () => {
    const newest = openNewest(10);
    newest.moves('a', 9n);
    expect(newest.moves('b', 2n)).toBe(true);
  });

  it('is forgotten of those that moved longest ago', () => {
    const newest = openNewest(2);
    for (const key of ['a', 'b', 'a', 'c']) newest.moves(key, key === 'a' ? BigInt(9) : 5n);
    expect(newest.moves('a', 9n)).toBe(true); // it moved before b did, so it was forgotten
    expect(newest.moves('c', 5n)).toBe(false);
  });
});
