import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Tables } from '../../ops/adapters/tables/port.ts';
import { openTestTables } from '../../ops/adapters/tables/testing.ts';
import type { Change, TableShape } from '../../projections/change.ts';
import type { Projection } from '../../projections/projection.ts';
import { executeOneByOne } from '../testing/one-by-one.ts';
import { makeTables } from './schemas.ts';
import type { Planned } from './target.ts';
import { liveTarget } from './target.ts';
import { writeEvents } from './write.ts';

const shape: TableShape = {
  key: ['owner', 'number'],
  columns: {
    owner: 'uuid',
    number: 'integer',
    label: 'text',
    amount: 'bigint',
    flag: 'boolean',
    at: 'timestamptz',
    facts: 'jsonb',
    people: 'uuid[]',
  },
};
const projection: Projection = {
  name: 'every-type',
  version: 1,
  tableSql: new URL('../testing/every-type.sql', import.meta.url),
  tables: { thing: shape },
  handles: new Set(),
  changes: () => [],
};
const target = liveTarget(projection);

let tables: Tables;
beforeAll(async () => {
  tables = await openTestTables();
  await tables.transaction((tx) => makeTables(tx, projection, 'every_type'));
  await tables.transaction((tx) => makeTables(tx, projection, 'one_by_one'));
});
afterAll(async () => {
  await tables[Symbol.asyncDispose]();
});

const owners = ['0198f1d2-0000-7000-8000-00000000000a', '0198f1d2-0000-7000-8000-00000000000b'];
const someKey = fc.record({
  owner: fc.constantFrom(...owners),
  number: fc.integer({ min: 1, max: 3 }),
});
const someText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.constantFrom('', 'NULL', '{}', '"', '\\', 'a,b', '\n', 'é🙂', "it's"),
);
const someSet = fc.record(
  {
    label: someText.map((text) => text.replaceAll('\u0000', '').toWellFormed()),
    amount: fc.option(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
    flag: fc.boolean(),
    at: fc.option(fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true })),
    facts: fc.option(fc.constantFrom('{"a":"\\\\ \\" é"}', '[1,null]', '"text"', 'null')),
    people: fc.option(fc.subarray(owners)),
  },
  { requiredKeys: [] },
);
const someChange: fc.Arbitrary<Change> = fc.record({
  op: fc.constantFrom('upsert' as const, 'upsert' as const, 'update' as const, 'delete' as const),
  table: fc.constant('thing'),
  key: someKey,
  set: someSet,
});
const someEvents = fc
  .array(fc.array(someChange, { maxLength: 3 }), { minLength: 1, maxLength: 25 })
  .map((lists) => lists.map((changes, at) => planned(BigInt(at + 1), changes)));

function planned(position: bigint, changes: readonly Change[]): Planned {
  const record = { partition: 0, offset: Number(position), key: 'k', value: '' };
  return { record, position, changes };
}

/** Without removals, and with one word about each row, as projections speak. */
function onceEach(changes: readonly Change[]): readonly Change[] {
  const rows = changes.map(({ key }) => `${key.owner} ${key.number}`);
  return changes.filter(({ op }, at) => op !== 'delete' && rows.indexOf(rows[at] ?? '') === at);
}

async function write(events: readonly Planned[], batch: number) {
  for (let at = 0; at < events.length; at += batch) {
    await tables.transaction((tx) => writeEvents(tx, target, events.slice(at, at + batch)));
  }
}

const rowsOf = (schema: string) =>
  tables.query({ text: `select * from ${schema}.thing order by owner, number`, values: [] });
const empty = () => tables.script('truncate every_type.thing, one_by_one.thing;');

describe('writing set-wise', () => {
  it('comes to the rows of one change after the other, in batches of any size', async () => {
    const place = { table: 'one_by_one.thing', shape };
    await fc.assert(
      fc.asyncProperty(someEvents, fc.integer({ min: 1, max: 30 }), async (events, batch) => {
        await empty();
        await tables.transaction((tx) => executeOneByOne(tx, place, events));
        await write(events, batch);
        expect(await rowsOf('every_type')).toEqual(await rowsOf('one_by_one'));
      }),
      { numRuns: 60 },
    );
  });

  it('leaves rows as they are when the newest part of the log is written again', async () => {
    await fc.assert(
      fc.asyncProperty(someEvents, async (events) => {
        const kept = events.map(({ position, changes }) => planned(position, onceEach(changes)));
        await empty();
        await write(kept, 7);
        const rows = await rowsOf('every_type');
        await write(kept, 3);
        expect(await rowsOf('every_type')).toEqual(rows);
      }),
      { numRuns: 30 },
    );
  });

  it('never moves a row back', async () => {
    await empty();
    const key = { owner: owners[0] ?? '', number: 1 };
    const say = (position: bigint, label: string) =>
      write([planned(position, [{ op: 'upsert', table: 'thing', key, set: { label } }])], 1);
    await say(5n, 'new');
    await say(3n, 'old');
    await write([planned(4n, [{ op: 'delete', table: 'thing', key }])], 1);
    await write([planned(4n, [{ op: 'update', table: 'thing', key, set: { label: 'old' } }])], 1);
    expect(await rowsOf('every_type')).toMatchObject([{ label: 'new', position: 5n }]);
  });

  it('costs as many statements for 1,000 rows as for one', async () => {
    await empty();
    const puts = (count: number) =>
      Array.from({ length: count }, (_, number) =>
        planned(BigInt(number + 1), [
          {
            op: 'upsert',
            table: 'thing',
            key: { owner: owners[0] ?? '', number },
            set: { label: `thing ${number}` },
          },
        ]),
      );
    const cost = async (count: number) => {
      const before = tables.counters().statements;
      await write(puts(count), count);
      return tables.counters().statements - before;
    };
    expect(await cost(1_000)).toBe(await cost(1));
  });
});
