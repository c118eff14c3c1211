import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ParleyEvent } from '../domain/recorded.ts';
import type { Tables } from '../ops/adapters/tables/port.ts';
import { openTestTables } from '../ops/adapters/tables/testing.ts';
import { liveTarget } from '../workers/projector/target.ts';
import { writeEvents } from '../workers/projector/write.ts';
import { projections } from './all.ts';
import type { Projection } from './projection.ts';
import { anyHistory } from './testing/history.ts';
import { applyOneByOne, emptyTables, makeTables, rowsOf } from './testing/one-by-one.ts';

let tables: Tables;
beforeAll(async () => {
  tables = await openTestTables();
  for (const projection of projections) await makeTables(tables, projection);
});
afterAll(async () => {
  await tables[Symbol.asyncDispose]();
});

/** As the projector writes: the whole batch folded, one statement for each table and step. */
async function applySetWise(projection: Projection, batch: readonly ParleyEvent[]) {
  const record = { partition: 0, offset: 0, key: '', value: '' };
  const planned = batch
    .filter(({ event }) => projection.handles.has(event.type))
    .map((recorded) => ({
      ...{ record, position: recorded.position },
      changes: projection.changes(recorded),
    }));
  await writeEvents(tables, liveTarget(projection), planned);
}

async function rowsAfter(projection: Projection, work: () => Promise<void>) {
  await emptyTables(tables, projection);
  await work();
  return rowsOf(tables, projection);
}

describe.each(projections.map((projection) => ({ projection, name: projection.name })))(
  'the rows of $name',
  ({ projection }) => {
    it('are the same after any prefix was told twice', async () => {
      const histories = fc.tuple(anyHistory, fc.nat(100), fc.nat(100));
      await fc.assert(
        fc.asyncProperty(histories, async ([history, one, other]) => {
          const end = Math.floor((history.length * one) / 100);
          const start = Math.floor((end * other) / 100);
          const once = await rowsAfter(projection, () =>
            applyOneByOne(tables, projection, history),
          );
          const twice = await rowsAfter(projection, async () => {
            await applyOneByOne(tables, projection, history.slice(0, end));
            await applyOneByOne(tables, projection, history.slice(start));
          });
          expect(twice).toEqual(once);
        }),
        { numRuns: 30 },
      );
    });

    it('are the same written set-wise, in whatever batches, with repeats', async () => {
      const histories = fc.tuple(anyHistory, fc.integer({ min: 1, max: 40 }), fc.nat(100));
      await fc.assert(
        fc.asyncProperty(histories, async ([history, size, percent]) => {
          const once = await rowsAfter(projection, () =>
            applyOneByOne(tables, projection, history),
          );
          const again = Math.floor((history.length * percent) / 100);
          const setWise = await rowsAfter(projection, async () => {
            for (const part of [history.slice(0, again), history]) {
              for (let at = 0; at < part.length; at += size) {
                await applySetWise(projection, part.slice(at, at + size));
              }
            }
          });
          expect(setWise).toEqual(once);
        }),
        { numRuns: 40 },
      );
    });
  },
);

it('a projection makes nothing of an event that it does not name', () => {
  fc.assert(
    fc.property(anyHistory, (history) => {
      for (const { handles, changes } of projections) {
        const strangers = history.filter(({ event }) => !handles.has(event.type));
        expect(strangers.flatMap(changes)).toEqual([]);
      }
    }),
  );
});
