import { describe, expect, it } from 'vitest';
import { askedRange } from './http-range.ts';

describe('a range of ten bytes', () => {
  it.each([
    ['bytes=0-0', 0, 0],
    ['bytes=2-4', 2, 4],
    ['bytes=7-', 7, 9],
    ['bytes=5-99', 5, 9],
    ['bytes=-3', 7, 9],
    ['bytes=-99', 0, 9],
  ])('by %s is %i to %i', (header, first, last) => {
    expect(askedRange(header, 10)).toEqual({ kind: 'some', first, last });
  });

  it.each([undefined, '', 'bytes=', 'bytes=-', 'bytes=4-2', 'bytes=0-1,3-4', 'lines=1-2'])(
    'by %j is all of them',
    (header) => {
      expect(askedRange(header, 10)).toEqual({ kind: 'all' });
    },
  );

  it.each(['bytes=10-', 'bytes=10-11', 'bytes=-0'])('by %s is beyond the end', (header) => {
    expect(askedRange(header, 10)).toEqual({ kind: 'beyond-the-end' });
  });
});
