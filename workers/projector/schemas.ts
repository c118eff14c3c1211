import { readFileSync } from 'node:fs';
import type { Statements, Tables } from '../../ops/adapters/tables/port.ts';
import type { Projection } from '../../projections/projection.ts';
import type { Target } from './target.ts';
import { schemaOf } from './target.ts';

/**
 * Makes the tables of a projection that was never built here; answers with those of another
 * version.
 */
export async function ensureSchemas(
  tables: Tables,
  projections: readonly Projection[],
): Promise<readonly Projection[]> {
  const versions = await versionsOf(tables);
  const changed: Projection[] = [];
  for (const projection of projections) {
    const version = versions.get(projection.name);
    if (version === undefined) await build(tables, projection);
    else if (version !== projection.version) changed.push(projection);
  }
  return changed;
}

/** The version of the rows of each projection. */
export async function versionsOf(tables: Statements): Promise<ReadonlyMap<string, number>> {
  const rows = await tables.query<{ readonly name: string; readonly version: number }>({
    text: 'select name, version from projector.projection',
    values: [],
  });
  return new Map(rows.map(({ name, version }) => [name, version]));
}

/** Two processes may start at once: whoever comes second finds everything there. */
async function build(tables: Tables, projection: Projection): Promise<void> {
  await tables.transaction(async (tx) => {
    await tx.query({
      text: `select pg_advisory_xact_lock(hashtext('projector.projection'))`,
      values: [],
    });
    if ((await versionsOf(tx)).has(projection.name)) return;
    await makeTables(tx, projection, schemaOf(projection));
    await writeVersion(tx, projection);
  });
}

/** Runs the projection's own script; the schema stays on the search path of this transaction. */
export async function makeTables(
  tx: Statements,
  projection: Projection,
  schema: string,
): Promise<void> {
  const text = readFileSync(projection.tableSql, 'utf8');
  await tx.execute({ text: `create schema if not exists ${schema}`, values: [] });
  await tx.execute({ text: `set local search_path to ${schema}, public`, values: [] });
  await tx.execute({ text, values: [] });
}

export async function writeVersion(tables: Statements, { name, version }: Projection) {
  await tables.execute({
    text: `insert into projector.projection (name, version) values ($1, $2)
           on conflict (name) do update set version = excluded.version`,
    values: [name, version],
  });
}

export async function dropSchema(tables: Tables, { schema }: Pick<Target, 'schema'>) {
  await tables.script(`drop schema if exists ${schema} cascade;`);
}
