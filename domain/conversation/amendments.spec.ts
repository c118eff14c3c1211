import { expect, test } from 'vitest';
import { amendmentOf, noAmendments, noteAmendment } from './amendments.ts';
import { rememberedAmendmentsMax } from './limits.ts';

function noted(count: number) {
  const amendments = noAmendments();
  for (let number = 1; number <= count; number += 1) {
    noteAmendment(amendments, number, { contentTag: `tag ${number}` });
  }
  return amendments;
}

test('at least half of what fits is remembered, the newest', () => {
  for (const count of [1, 511, 512, 513, 1_023, 1_024, 5_000]) {
    const amendments = noted(count);
    const oldest = Math.max(1, count - rememberedAmendmentsMax / 2 + 1);
    for (let number = oldest; number <= count; number += 1) {
      expect(amendmentOf(amendments, number)).toEqual({ contentTag: `tag ${number}` });
    }
    expect(amendments.newer.size + amendments.older.size).toBeLessThan(rememberedAmendmentsMax);
  }
});

test('of two amendments the later counts, also across generations', () => {
  const amendments = noted(rememberedAmendmentsMax / 2);
  noteAmendment(amendments, 1, { deleted: true });
  expect(amendmentOf(amendments, 1)).toEqual({ deleted: true });
});

test('what was never amended has none', () => {
  expect(amendmentOf(noted(10), 11)).toBeUndefined();
});
