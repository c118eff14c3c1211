import type { Statements } from '../../ops/adapters/tables/port.ts';
import type { Parking } from './target.ts';

/** Parked keys by projection; few, as each is a defect that somebody looks at. */
export type ParkedKeys = ReadonlyMap<string, ReadonlySet<string>>;

export async function readParkedKeys(
  tables: Statements,
  names: readonly string[],
): Promise<ParkedKeys> {
  const rows = await tables.query<{ readonly projection: string; readonly key: string }>({
    name: 'projector-parked-keys',
    text: `
      select projection, key from projector.parked_key where projection = any($1::text[])`,
    values: [names],
  });
  const keys = new Map(names.map((name) => [name, new Set<string>()]));
  for (const { projection, key } of rows) keys.get(projection)?.add(key);
  return keys;
}

/** Locks parked keys until the transaction ends; false when one of them is parked no more. */
export async function lockParkedKeys(
  tx: Statements,
  projection: string,
  keys: readonly string[],
): Promise<boolean> {
  if (keys.length === 0) return true;
  const rows = await tx.query({
    name: 'projector-lock-parked-keys',
    text: `
      select key from projector.parked_key
      where projection = $1 and key = any($2::text[]) order by key for update`,
    values: [projection, keys],
  });
  return rows.length === keys.length;
}

/** Puts events aside, in the transaction that moves the checkpoint over them. */
export async function park(
  tx: Statements,
  projection: string,
  parkings: readonly Parking[],
): Promise<void> {
  const heads = parkings.filter(({ reason }) => reason !== null);
  if (heads.length > 0) {
    await tx.execute({
      name: 'projector-park-keys',
      text: `
        insert into projector.parked_key (projection, key, reason)
        select $1, key, reason from unnest($2::text[], $3::text[]) as n (key, reason)
        on conflict (projection, key) do nothing`,
      values: [projection, heads.map(({ record }) => record.key), heads.map((head) => head.reason)],
    });
  }
  if (parkings.length === 0) return;
  await tx.execute({
    name: 'projector-park',
    text: `
      insert into projector.parked (projection, key, position, value, reason)
      select $1, key, position, value, reason
      from unnest($2::text[], $3::bigint[], $4::text[], $5::text[])
        as n (key, position, value, reason)
      on conflict (projection, key, position) do nothing`,
    values: [
      projection,
      parkings.map(({ record }) => record.key),
      parkings.map(({ position }) => String(position)),
      parkings.map(({ record }) => record.value),
      parkings.map(({ reason }) => reason),
    ],
  });
}
