import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Analytics } from '../../ops/adapters/analytics/port.ts';
import type { LogRecord } from '../../ops/adapters/event-log/port.ts';
import { dropStatements } from '../../projections/facts/statements.ts';
import { anyHistory } from '../../projections/testing/history.ts';
import { openTestAnalytics } from './testing/engine.ts';
import { load, recordsOf, rowsOf } from './testing/history.ts';

let analytics: Analytics;
let generations = 0;
beforeAll(async () => {
  analytics = await openTestAnalytics();
});
afterAll(async () => {
  await analytics[Symbol.asyncDispose]();
});

/** The rows after these batches, in tables of their own. */
async function after(batches: readonly (readonly LogRecord[])[]) {
  generations += 1;
  const generation = `f${generations}`;
  await load(analytics, generation, batches);
  const rows = await rowsOf(analytics, generation);
  await analytics.define(dropStatements(generation));
  return rows;
}

function inBatches(records: readonly LogRecord[], size: number): readonly LogRecord[][] {
  const count = Math.ceil(records.length / size);
  return Array.from({ length: count }, (_, at) => records.slice(at * size, (at + 1) * size));
}

const someBatches = fc.record({
  history: anyHistory,
  size: fc.integer({ min: 20, max: 80 }),
  againSize: fc.integer({ min: 20, max: 80 }),
  span: fc.tuple(fc.nat(100), fc.nat(100)),
});

it('facts and counts are the same in whatever batches records come, and come again', async () => {
  await fc.assert(
    fc.asyncProperty(someBatches, async ({ history, size, againSize, span }) => {
      const records = recordsOf(history);
      const at = (percent: number) => Math.floor((records.length * percent) / 100);
      const [from, to] = [at(Math.min(...span)), at(Math.max(...span))];
      const told = inBatches(records.slice(0, to), size);
      const again = inBatches(records.slice(from), againSize);
      expect(await after([...told, ...again])).toEqual(await after([records]));
    }),
    { numRuns: 5, endOnFailure: true },
  );
}, 600_000);
