import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shareOf, withinLog, withoutPassed } from './limits.ts';

const limit = (position: bigint, offset = 0) => ({ position, offset });

describe('how much of a rebuild is done', () => {
  it('goes by positions, whatever offsets a crash left unused', () => {
    const limits = new Map([[0, limit(1_000n, 1_000_500)]]);
    expect(shareOf(limits, new Map())).toBe(0);
    expect(shareOf(limits, new Map([[0, 250n]]))).toBe(0.25);
    expect(shareOf(limits, new Map([[0, 1_000n]]))).toBe(1);
  });

  it('counts each partition alike, and one without anything in it as done', () => {
    const limits = new Map([
      [0, limit(100n)],
      [1, limit(400n)],
      [2, limit(0n)],
      [3, limit(100n)],
    ]);
    const reached = new Map([
      [0, 100n],
      [1, 200n],
    ]);
    expect(shareOf(limits, reached)).toBe((1 + 0.5 + 1 + 0) / 4);
  });

  it('is all where there is no partition', () => {
    expect(shareOf(new Map(), new Map())).toBe(1);
  });

  it('is never beyond all, and never less for having come further', () => {
    const place = fc.bigInt({ min: 0n, max: 10n ** 18n });
    fc.assert(
      fc.property(fc.array(fc.tuple(place, place, place)), (partitions) => {
        const limits = new Map(partitions.map(([end], at) => [at, limit(end)]));
        const before = new Map(partitions.map(([, one], at) => [at, one]));
        const after = new Map(partitions.map(([, one, more], at) => [at, one + more]));
        const [first, second] = [shareOf(limits, before), shareOf(limits, after)];
        expect(second).toBeGreaterThanOrEqual(first);
        expect(first).toBeGreaterThanOrEqual(0);
        expect(second).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('where a rebuild stops', () => {
  it('is no further than the log reaches, whatever the read models knew before a power cut', () => {
    const record = (partition: number, offset: number) => ({
      partition,
      offset,
      key: '',
      value: '',
    });
    const limits = new Map([
      [0, limit(100n, 10)],
      [1, limit(200n, 10)],
      [2, limit(300n, 10)],
    ]);
    const within = withinLog(limits, [record(0, 6), record(1, 40), null]);
    expect([...within.values()].map(({ offset }) => offset)).toEqual([7, 10, 0]);
  });

  it('is reached where a record has gone beyond it, over a hole that a crash left', () => {
    const record = (partition: number, offset: number) => ({
      ...{ partition, offset, key: '', value: '' },
    });
    const limits = new Map([
      [0, limit(100n, 10)],
      [1, limit(200n, 10)],
    ]);
    const open = withoutPassed(limits, [record(0, 9), record(1, 12)]);
    expect([...open.keys()]).toEqual([0]);
    expect([...withoutPassed(open, [record(1, 13)]).keys()]).toEqual([0]);
  });
});
