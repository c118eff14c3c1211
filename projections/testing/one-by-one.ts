import { readFile } from 'node:fs/promises';
import type { ParleyEvent } from '../../domain/recorded.ts';
import type { Statements, Tables } from '../../ops/adapters/tables/port.ts';
import type { Change, ColumnType, TableShape } from '../change.ts';
import type { Projection } from '../projection.ts';

/** Makes the tables of a projection in the schema that bears its name. */
export async function makeTables(tables: Tables, projection: Projection): Promise<void> {
  const schema = schemaOf(projection);
  const text = await readFile(projection.tableSql, 'utf8');
  await tables.transaction(async (tx) => {
    await tx.execute({ text: `create schema ${schema}`, values: [] });
    await tx.execute({ text: `set local search_path to ${schema}, public`, values: [] });
    await tx.execute({ text, values: [] });
  });
}

/**
 * The reference: each change as it reads, one row at a time, forwards only. What the set-wise store
 * must equal.
 */
export async function applyOneByOne(
  tx: Statements,
  projection: Projection,
  history: readonly ParleyEvent[],
): Promise<void> {
  for (const recorded of history) {
    if (!projection.handles.has(recorded.event.type)) continue;
    for (const change of projection.changes(recorded)) {
      await apply(tx, { projection, change, position: recorded.position });
    }
  }
}

/** All rows of all its tables, in order of their keys. */
export async function rowsOf(tx: Statements, projection: Projection) {
  const rows: Record<string, readonly object[]> = {};
  for (const [table, { key, columns }] of Object.entries(projection.tables)) {
    rows[table] = await tx.query({
      text: `select ${[...Object.keys(columns), 'position'].join(', ')}
             from ${schemaOf(projection)}.${table} order by ${key.join(', ')}`,
      values: [],
    });
  }
  return rows;
}

export async function emptyTables(tx: Statements, projection: Projection): Promise<void> {
  const names = Object.keys(projection.tables).map((name) => `${schemaOf(projection)}.${name}`);
  await tx.execute({ text: `truncate ${names.join(', ')}`, values: [] });
}

async function apply(
  tx: Statements,
  {
    projection,
    change,
    position,
  }: { readonly projection: Projection; readonly change: Change; readonly position: bigint },
): Promise<void> {
  const shape = shapeOf(projection, change);
  const cells = { ...change.key, ...(change.op === 'delete' ? {} : change.set), position };
  const names = Object.keys(cells);
  const bound = new Map(names.map((name, at) => [name, `$${at + 1}::${typeOf(shape, name)}`]));
  const values = Object.values(cells);
  const table = `${schemaOf(projection)}.${change.table} as t`;
  const same = shape.key.map((name) => `t.${name} = ${bound.get(name)}`).join(' and ');
  const forwards = `t.position <= ${bound.get('position')}`;
  const assigned = names
    .filter((name) => !shape.key.includes(name))
    .map((name) => `${name} = ${bound.get(name)}`)
    .join(', ');
  const texts: Readonly<Record<Change['op'], string>> = {
    upsert: `insert into ${table} (${names.join(', ')}) values (${[...bound.values()].join(', ')})
             on conflict (${shape.key.join(', ')}) do update set ${assigned} where ${forwards}`,
    update: `update ${table} set ${assigned} where ${same} and ${forwards}`,
    delete: `delete from ${table} where ${same} and ${forwards}`,
  };
  await tx.execute({ text: texts[change.op], values });
}

function shapeOf({ name, tables }: Projection, { table }: Change): TableShape {
  const shape = tables[table];
  if (!shape) throw new RangeError(`no table ${table} in ${name}`);
  return shape;
}

function typeOf(shape: TableShape, column: string): ColumnType {
  const type = column === 'position' ? 'bigint' : shape.columns[column];
  if (!type) throw new RangeError(`no column ${column}`);
  return type;
}

function schemaOf({ name }: Projection): string {
  return name.replaceAll('-', '_');
}
