import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Change, Row, TableShape } from '../../projections/change.ts';
import type { Folded } from './fold.ts';
import { fold } from './fold.ts';

const shapes: Readonly<Record<string, TableShape>> = {
  pair: { key: ['one', 'two'], columns: { one: 'text', two: 'text', a: 'text', b: 'text' } },
  single: { key: ['one'], columns: { one: 'text', a: 'text', b: 'text' } },
};

const key = { one: 'k' };
const at = (position: bigint, ...changes: Change[]) => ({ position, changes });
const put = (set: Row): Change => ({ op: 'upsert', table: 'single', key, set });
const change = (set: Row): Change => ({ op: 'update', table: 'single', key, set });
const remove: Change = { op: 'delete', table: 'single', key };

function only(folded: Folded) {
  const [row] = folded.get('single') ?? [];
  return row && { update: row.update, remove: row.remove, upsert: row.upsert };
}

describe('folding a batch', () => {
  it('makes one step of many, the later word winning column by column', () => {
    const folded = fold(shapes, [at(1n, put({ a: '1', b: '1' })), at(2n, put({ b: '2' }))]);
    expect(only(folded)).toEqual({
      update: null,
      remove: null,
      upsert: { set: { a: '1', b: '2' }, position: 2n },
    });
  });

  it('takes a change after a put into the put, as the row is there by then', () => {
    const folded = fold(shapes, [at(1n, put({ a: '1' })), at(2n, change({ b: '2' }))]);
    expect(only(folded)?.update).toBeNull();
    expect(only(folded)?.upsert).toEqual({ set: { a: '1', b: '2' }, position: 2n });
  });

  it('keeps a change before a put apart, as the row may not have been there', () => {
    const folded = fold(shapes, [at(1n, change({ b: '1' })), at(2n, put({ a: '2' }))]);
    expect(only(folded)).toEqual({
      update: { set: { b: '1' }, position: 1n },
      remove: null,
      upsert: { set: { a: '2' }, position: 2n },
    });
  });

  it('forgets what came before a removal and what changes a removed row', () => {
    const folded = fold(shapes, [at(1n, put({ a: '1' }), remove), at(2n, change({ b: '2' }))]);
    expect(only(folded)).toEqual({ update: null, remove: 1n, upsert: null });
  });

  it('puts a removed row back as a new one', () => {
    const folded = fold(shapes, [at(1n, remove), at(2n, put({ a: '2' }))]);
    expect(only(folded)).toEqual({
      update: null,
      remove: 1n,
      upsert: { set: { a: '2' }, position: 2n },
    });
  });

  it('leaves the changes it was given as they were', () => {
    const first = put({ a: '1' });
    fold(shapes, [at(1n, first), at(2n, put({ a: '2' }))]);
    expect(first).toEqual(put({ a: '1' }));
  });

  it('names the table that a projection does not have', () => {
    const stray: Change = { op: 'delete', table: 'stray', key };
    expect(() => fold(shapes, [at(1n, stray)])).toThrow('no table stray');
  });

  it('comes to the same rows as one change after the other, from any rows', () => {
    fc.assert(
      fc.property(someRows, fc.array(someChange, { maxLength: 30 }), (rows, changes) => {
        const oneByOne = new Map(rows);
        for (const each of changes) execute(oneByOne, each);
        const events = changes.map((each, index) => at(BigInt(index), each));
        const setWise = new Map(rows);
        for (const each of stepsOf(fold(shapes, events))) execute(setWise, each);
        expect(new Map([...setWise].sort())).toEqual(new Map([...oneByOne].sort()));
      }),
    );
  });
});

const someKey = fc.record({
  one: fc.constantFrom('x', 'y'),
  two: fc.constantFrom('x', 'y'),
});
const someSet = fc.record(
  { a: fc.constantFrom('1', '2', null), b: fc.constantFrom('1', '2', null) },
  { requiredKeys: [] },
);
const someChange: fc.Arbitrary<Change> = fc.record({
  op: fc.constantFrom('upsert' as const, 'update' as const, 'delete' as const),
  table: fc.constant('pair'),
  key: someKey,
  set: someSet,
});
const someRows = fc
  .uniqueArray(someKey, { selector: ({ one, two }) => one + two })
  .map((keys) => new Map<string, Row>(keys.map((found) => [nameOf(found), { ...found, a: '0' }])));

/** The steps of a folded batch in the order that is promised. */
function stepsOf(folded: Folded): readonly Change[] {
  return [...folded].flatMap(([table, rows]) =>
    rows.flatMap((row): readonly Change[] => [
      ...(row.update ? [{ op: 'update' as const, table, key: row.key, set: row.update.set }] : []),
      ...(row.remove === null ? [] : [{ op: 'delete' as const, table, key: row.key }]),
      ...(row.upsert ? [{ op: 'upsert' as const, table, key: row.key, set: row.upsert.set }] : []),
    ]),
  );
}

function execute(rows: Map<string, Row>, each: Change): void {
  const name = nameOf(each.key);
  const row = rows.get(name);
  if (each.op === 'delete') rows.delete(name);
  else if (row) rows.set(name, { ...row, ...each.set });
  else if (each.op === 'upsert') rows.set(name, { ...each.key, ...each.set });
}

function nameOf({ one, two }: Row): string {
  return `${one} ${two}`;
}
