import { describe, expect, it } from 'vitest';
import type { HistoryLine } from './history.ts';
import { checkHistory, failuresOf } from './laws.ts';
import { madeHistory } from './testing/made-history.ts';
import { plants } from './testing/plants.ts';

const made = (seed: number, operations: number) => [
  ...madeHistory({ seed: String(seed), operations }),
];

describe('a clean history', () => {
  it('alarms no law, whatever its seed', async () => {
    for (let seed = 0; seed < 60; seed += 1) {
      const verdict = await checkHistory(made(seed, 800));
      expect({ seed, violations: verdict.violations }).toEqual({ seed, violations: [] });
      expect(verdict.laws.flatMap(({ unchecked }) => unchecked ?? [])).toEqual([]);
    }
  });
});

describe('a planted violation is found and named', () => {
  it.each(plants)('law $law, $kind: $name', async ({ into, kind, law }) => {
    const { planted, seed } = plantedIn(into);
    const { isClean, found, violations } = await checkHistory(planted);
    expect(isClean, `seed ${seed}`).toBe(false);
    expect([...found.keys()], `seed ${seed}`).toContain(kind);
    const one = violations.find((violation) => violation.kind === kind);
    expect(one?.law).toBe(law);
    expect(one?.says).toMatch(/\w.*\.$/);
  });

  it('for every law at least two kinds', () => {
    const kinds = Map.groupBy(plants, ({ law }) => law);
    const few = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 13].filter(
      (law) => new Set(kinds.get(law)?.map(({ kind }) => kind)).size < 2,
    );
    expect(few).toEqual([]);
  });
});

describe('a law that could not be looked at', () => {
  const failures = async (without: HistoryLine['line'], mayBeUnchecked = [0]) => {
    const verdict = await checkHistory(made(1, 800).filter(({ line }) => line !== without));
    const found = failuresOf(verdict, (law) => mayBeUnchecked.includes(law));
    return found.map(({ what }) => what);
  };

  it('fails a history whose log lost everything', async () => {
    const lost = [1, 3, 6, 7, 8].map((law) => `law ${law}, not-checked`);
    expect(await failures('log')).toEqual(lost);
  });

  it('fails it unless somebody says that this is so', async () => {
    expect(await failures('rebuild')).toEqual(['law 10, not-checked']);
    expect(await failures('rebuild', [10])).toEqual([]);
  });
});

function plantedIn(into: (lines: readonly HistoryLine[]) => readonly HistoryLine[] | null) {
  for (let seed = 0; seed < 40; seed += 1) {
    const planted = into(made(seed, 1_200));
    if (planted !== null) return { planted, seed };
  }
  throw new Error('no history of forty can bear it');
}
