import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openProgress } from './progress.ts';

test('everything up to the first open place is settled, in whatever order they are', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), fc.nat()), { maxLength: 40 }), (events) => {
      const progress = openProgress(-1);
      const open = new Map<number, number>();
      for (const [place, [wanted, order]] of events.entries()) {
        progress.read(place, wanted ? 'open' : 'passed');
        if (wanted) open.set(place, order);
      }
      const first = () => Math.min(events.length, ...open.keys()) - 1;
      expect(progress.settledUpTo()).toBe(first());
      for (const [place] of [...open].toSorted(([, a], [, b]) => a - b)) {
        open.delete(place);
        progress.settle(place);
        expect(progress.settledUpTo()).toBe(first());
        expect(progress.open()).toBe(open.size);
      }
      expect(progress.settledUpTo()).toBe(progress.readUpTo());
    }),
    { seed: 20 },
  );
});
