import { describe, expect, it } from 'vitest';
import { ndcgAt10 } from './ndcg.ts';

const judged = { text: '', wants: '', good: ['a'], fair: ['b'] };

describe('nDCG of the first ten', () => {
  it('is 1 for the best order, and less for any other', () => {
    expect(ndcgAt10(['a', 'b'], judged)).toBe(1);
    const ideal = 3 + 1 / Math.log2(3);
    expect(ndcgAt10(['b', 'a'], judged)).toBeCloseTo((1 + 3 / Math.log2(3)) / ideal);
    expect(ndcgAt10(['x', 'a'], judged)).toBeCloseTo(3 / Math.log2(3) / ideal);
  });

  it('is 0 when none is any use, or nothing was found', () => {
    expect(ndcgAt10(['x'], judged)).toBe(0);
    expect(ndcgAt10([], judged)).toBe(0);
  });

  it('does not look behind the tenth', () => {
    expect(ndcgAt10([...'0123456789', 'a'], judged)).toBe(0);
  });
});
