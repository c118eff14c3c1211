import { describe, expect, it } from 'vitest';
import { grownOf } from './growth.ts';
import { unfitLines } from './log-lines.ts';
import type { Look } from './target.ts';
import { planted } from './texts.ts';

const mebibyte = 1_048_576;
const nothing = { head: '0', types: {}, halves: 0, sockets: 0, devices: 0, connections: 20 };
const looks = (heaps: readonly number[], last: Partial<Look> = {}): readonly Look[] => {
  const all = heaps.map((heap) => ({ ...nothing, heapBytes: heap * mebibyte }));
  return [...all.slice(0, -1), { ...nothing, heapBytes: (heaps.at(-1) ?? 0) * mebibyte, ...last }];
};

describe('growth', () => {
  it('is none when caches fill and are emptied', () => {
    expect(grownOf(looks([60, 80, 100, 120, 90, 110, 115, 95, 118]))).toEqual([]);
  });

  it('is told of a heap that rises on', () => {
    expect(grownOf(looks([60, 80, 100, 120, 140, 160, 180, 200, 220]))).toEqual([
      'the heap’s peak rose by 60.0 MiB',
    ]);
  });

  it.each([
    ['sockets', { sockets: 2 }],
    ['devices', { devices: 2 }],
    ['accounts', { halves: 1 }],
    ['connections', { connections: 90 }],
  ])('is told of %s', (what, last) => {
    expect(grownOf(looks([60, 60, 60, 60, 60, 60], last)).join()).toContain(what);
  });

  it.each([
    ['sockets', { sockets: 2 }],
    ['devices', { devices: 2 }],
    ['accounts', { halves: 1 }],
  ])('is told of %s in a short run too', (what, last) => {
    expect(grownOf(looks([60], last)).join()).toContain(what);
  });
});

describe('a line of the log', () => {
  it('that tells facts is fit', () => {
    expect(unfitLines('{"level":30,"msg":"relay started"}\n')).toEqual([]);
  });

  it.each([
    ['what somebody wrote', `{"level":30,"msg":"${planted}"}`],
    ['an address', '{"level":30,"msg":"x","email":"ada@example.org"}'],
    ['a defect', '{"level":50,"msg":"internal"}'],
    ['no line of ours', 'TypeError: x is not a function'],
  ])('with %s is not', (_what, line) => {
    expect(unfitLines(line)).toHaveLength(1);
  });
});
