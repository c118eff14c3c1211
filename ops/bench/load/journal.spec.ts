import { describe, expect, it } from 'vitest';
import { cameBy, countBySecond, lagOf, longestBySecond } from './journal.ts';

const message = (meantMs: number, position: number) => ({ meantMs, position });
const messages = [message(0, 10), message(100, 30), message(200, 20), message(1_300, 40)];

describe('what came to a consumer', () => {
  it('came when the consumer was first seen there, whatever the order of answers', () => {
    const seen = [
      { atMs: 150, position: 19 },
      { atMs: 250, position: 20 },
      { atMs: 350, position: 35 },
      { atMs: 450, position: 39 },
    ];
    expect(cameBy(messages, seen)).toEqual([150, 350, 250, null]);
  });

  it('counts late from the time at which it was meant to be sent, and misses none', () => {
    const { p50, max, missing } = lagOf(messages, [150, 350, 250, null]);
    expect(max).toBeCloseTo(250, 0);
    expect(p50).toBeCloseTo(150, 0);
    expect(missing).toBe(1);
  });

  it('is told second by second, the longest first of all', () => {
    expect(longestBySecond(messages, [150, 350, 250, 1_400], 0)).toEqual([
      [0, 250],
      [1, 100],
    ]);
    expect(countBySecond([150, 350, null, 1_400], 0)).toEqual([
      [0, 2],
      [1, 1],
    ]);
  });
});
