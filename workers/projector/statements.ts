import { createHash } from 'node:crypto';
import type { Statement } from '../../ops/adapters/tables/port.ts';
import type { Cell, ColumnType, Row, TableShape } from '../../projections/change.ts';
import { arrayLiteral } from './array-literal.ts';
import type { Folded, FoldedRow } from './fold.ts';
import type { RowPlace } from './target.ts';

/**
 * The statements that bring a folded batch into the tables: one for each table, step and set of
 * columns, whatever the number of rows. A row never moves back: it is touched only from its own
 * position on. Equal positions pass, so that one event may say several things about a row; said
 * again they change nothing, as long as an event does not both change a row and put it.
 */
export function statementsFor(target: RowPlace, folded: Folded): readonly Statement[] {
  return [...folded].flatMap(([table, rows]) => {
    const place = { schema: target.schema, table, shape: shapeOf(target, table) };
    return [
      ...grouped(rows, updateOf).map((group) => setWise('update', place, group)),
      ...grouped(rows, removalOf).map((group) => setWise('delete', place, group)),
      ...grouped(rows, upsertOf).map((group) => setWise('upsert', place, group)),
    ];
  });
}

type Place = { readonly schema: string; readonly table: string; readonly shape: TableShape };
type Op = 'update' | 'delete' | 'upsert';
/** A row to be written: key, values and position in one. */
type Written = { readonly key: Row; readonly set: Row; readonly position: bigint };
/** Rows that set the same columns. */
type Group = { readonly columns: readonly string[]; readonly rows: readonly Written[] };

function updateOf({ key, update }: FoldedRow): Written | null {
  return update && { key, ...update };
}

function removalOf({ key, remove }: FoldedRow): Written | null {
  return remove === null ? null : { key, set: {}, position: remove };
}

function upsertOf({ key, upsert }: FoldedRow): Written | null {
  return upsert && { key, ...upsert };
}

function grouped(
  rows: readonly FoldedRow[],
  stepOf: (row: FoldedRow) => Written | null,
): readonly Group[] {
  const groups = new Map<string, { columns: readonly string[]; rows: Written[] }>();
  for (const row of rows) {
    const written = stepOf(row);
    if (written === null) continue;
    const columns = Object.keys(written.set).sort();
    const signature = columns.join();
    const group = groups.get(signature);
    if (group) group.rows.push(written);
    else groups.set(signature, { columns, rows: [written] });
  }
  return [...groups.values()];
}

function setWise(op: Op, place: Place, { columns, rows }: Group): Statement {
  const { key } = place.shape;
  const set = columns.filter((column) => !key.includes(column));
  const { name, text } = prepared(op, place, set);
  const literal = (column: string, cellOf: (row: Written) => Cell | undefined) =>
    arrayLiteral(typeOf(place, column), rows.map(cellOf));
  const values = [
    ...key.map((column) => literal(column, (row) => row.key[column])),
    ...set.map((column) => literal(column, (row) => row.set[column])),
    arrayLiteral(
      'bigint',
      rows.map(({ position }) => position),
    ),
  ];
  return { name, text, values };
}

const texts = new Map<string, { readonly name: string; readonly text: string }>();

/** Made once for each set of columns that a projection ever writes: a handful. */
function prepared(op: Op, place: Place, set: readonly string[]) {
  const signature = [op, place.schema, place.table, ...set].join(' ');
  const known = texts.get(signature);
  if (known) return known;
  const text = textOf(op, place, set);
  const name = `projector-${createHash('md5').update(text).digest('hex')}`;
  const made = { name, text };
  texts.set(signature, made);
  return made;
}

function textOf(op: Op, place: Place, set: readonly string[]): string {
  const { schema, table, shape } = place;
  const all = [...shape.key, ...set, 'position'];
  const parameters = all.map((column, at) => `$${at + 1}::${parameterType(place, column)}[]`);
  const source = `unnest(${parameters.join(', ')}) as n (${all.join(', ')})`;
  const same = shape.key.map((column) => `t.${column} = n.${column}`).join(' and ');
  if (op === 'delete') {
    return `delete from ${schema}.${table} as t using ${source}
      where ${same} and t.position <= n.position`;
  }
  if (op === 'update') {
    const assigned = [...set, 'position'].map((column) => `${column} = ${cast(place, column)}`);
    return `update ${schema}.${table} as t set ${assigned.join(', ')} from ${source}
      where ${same} and t.position <= n.position`;
  }
  const kept = [...set, 'position'].map((column) => `${column} = excluded.${column}`);
  return `insert into ${schema}.${table} as t (${all.join(', ')})
    select ${all.map((column) => cast(place, column)).join(', ')} from ${source}
    on conflict (${shape.key.join(', ')}) do update set ${kept.join(', ')}
    where t.position <= excluded.position`;
}

/** Arrays of arrays would be taken apart to the last element, so those travel as text. */
function parameterType(place: Place, column: string): string {
  const type = column === 'position' ? 'bigint' : typeOf(place, column);
  return type.endsWith('[]') ? 'text' : type;
}

function cast(place: Place, column: string): string {
  const type = column === 'position' ? 'bigint' : typeOf(place, column);
  return type.endsWith('[]') ? `n.${column}::${type}` : `n.${column}`;
}

function typeOf({ table, shape }: Place, column: string): ColumnType {
  const type = shape.columns[column];
  if (type === undefined) throw new RangeError(`no column ${column} in table ${table}`);
  return type;
}

function shapeOf({ projection }: RowPlace, table: string): TableShape {
  const shape = projection.tables[table];
  if (shape === undefined) throw new RangeError(`no table ${table} in ${projection.name}`);
  return shape;
}
