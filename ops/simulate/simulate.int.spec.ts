import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FaultName } from './faults.ts';
import { judgeSeed } from './judge.ts';
import type { Databases } from './machines/databases.ts';
import { openDatabases } from './machines/databases.ts';
import { shorten } from './shorten.ts';

let databases: Databases;
beforeAll(async () => {
  databases = await openDatabases();
});
afterAll(() => databases[Symbol.asyncDispose]());

const deeds = 40;

describe('the simulation', () => {
  it.each([1, 2, 3])('finds every law kept under seed %i', async (seed) => {
    const { failure, violations, run } = await judgeSeed({ seed, deeds }, databases);
    expect([failure, violations]).toEqual([null, []]);
    expect(run?.operations).toBeGreaterThan(deeds / 2);
  });

  it('gives the same history for a seed again, to the byte', async () => {
    const seed = 20;
    const once = await judgeSeed({ seed, deeds }, databases);
    const again = await judgeSeed({ seed, deeds }, databases);
    expect(again.run?.digest).toBe(once.run?.digest);
    const other = await judgeSeed({ seed: 21, deeds }, databases);
    expect(other.run?.digest).not.toBe(once.run?.digest);
  });

  it('finds a store that answers before it flushes, and a shorter run that shows it', async () => {
    const faults: readonly FaultName[] = ['power-cut', 'late'];
    for (let seed = 1; seed <= 20; seed += 1) {
      const options = { seed, deeds: 80, faults, answersUnflushed: true };
      const judged = await judgeSeed(options, databases);
      if (judged.failure === null) continue;
      expect(judged.failure).toMatch(/^law/);
      const judge = (smaller: typeof options) => judgeSeed(smaller, databases);
      const bounds = { judge: judge as never, triesMax: 3, hasTime: () => true };
      const shortest = await shorten(judged, bounds);
      expect(shortest.failure).toBe(judged.failure);
      expect(shortest.options.deeds).toBeLessThanOrEqual(80);
      return;
    }
    throw new Error('twenty seeds did not find it');
  });
});
