import type { Statements, Tables } from '../../ops/adapters/tables/port.ts';
import type { Projection } from '../../projections/projection.ts';
import { dropSchema, writeVersion } from '../projector/schemas.ts';
import { liveTarget, nextTarget } from '../projector/target.ts';

/** By the name under which places are kept. */
export type Named = { readonly name: string };

/**
 * Puts the new rows in the place of the old, with their checkpoints and what was parked on the way.
 * Schemas are renamed, so that no reader waits for rows to be dropped.
 */
export async function switchOver(tx: Statements, projection: Projection): Promise<void> {
  const [live, next] = [liveTarget(projection), nextTarget(projection)];
  await run(tx, `alter schema ${live.schema} rename to ${live.schema}_old`);
  await run(tx, `alter schema ${next.schema} rename to ${live.schema}`);
  await takePlaces(tx, live, next);
  await writeVersion(tx, projection);
}

/** The live name goes on from the places of the new one, with what was parked on the way. */
export async function takePlaces(tx: Statements, live: Named, next: Named): Promise<void> {
  await run(
    tx,
    `update projector.checkpoint as live
     set next_offset = n.next_offset, position = n.position, generation = live.generation + 1
     from projector.checkpoint as n
     where live.projection = $1 and n.projection = $2 and n.partition = live.partition`,
    [live.name, next.name],
  );
  for (const table of ['parked_key', 'parked']) {
    await run(tx, `delete from projector.${table} where projection = $1`, [live.name]);
    const take = `update projector.${table} set projection = $1 where projection = $2`;
    await run(tx, take, [live.name, next.name]);
  }
}

/** Removes what a rebuild made beside the live rows. */
export async function clearNext(tables: Tables, projection: Projection): Promise<void> {
  const next = nextTarget(projection);
  await dropSchema(tables, next);
  await dropSchema(tables, { schema: `${liveTarget(projection).schema}_old` });
  await forgetPlaces(tables, next);
}

/** The places of what is built beside, and what was parked on the way there. */
export async function forgetPlaces(tables: Statements, { name }: Named): Promise<void> {
  for (const table of ['checkpoint', 'parked_key', 'parked']) {
    await run(tables, `delete from projector.${table} where projection = $1`, [name]);
  }
}

async function run(tx: Statements, text: string, values: readonly unknown[] = []): Promise<void> {
  await tx.execute({ text, values });
}
