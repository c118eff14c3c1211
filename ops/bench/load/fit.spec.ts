import { describe, expect, it } from 'vitest';
import { exponent, linearFit, median } from './fit.ts';

describe('a fit', () => {
  it('finds the line that the points lie on', () => {
    const line = linearFit([
      [0, 3],
      [1, 5],
      [10, 23],
    ]);
    expect(line.intercept).toBeCloseTo(3);
    expect(line.slope).toBeCloseTo(2);
    expect(line.r2).toBeCloseTo(1);
  });

  it('says when there is no line', () => {
    const { r2 } = linearFit([
      [0, 0],
      [1, 10],
      [2, 0],
      [3, 10],
    ]);
    expect(r2).toBeLessThan(0.5);
  });

  it('finds the power by which a cost grows', () => {
    const sizes = [10, 100, 1_000, 10_000];
    expect(exponent(sizes.map((n) => [n, 7 * n]))).toBeCloseTo(1);
    expect(exponent(sizes.map((n) => [n, 7 * n ** 2]))).toBeCloseTo(2);
    expect(exponent(sizes.map((n) => [n, 7]))).toBeCloseTo(0);
  });

  it('takes the middle of an odd and of an even number of values', () => {
    expect(median([5, 1, 3])).toBe(3);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([])).toBe(0);
  });
});
