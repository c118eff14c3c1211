import type { Statements } from '../../ops/adapters/tables/port.ts';

/** How far a projection is in a partition. */
export type Checkpoint = {
  readonly nextOffset: number; // to be read next
  readonly position: bigint; // everything of this partition up to here is in the tables
  readonly generation: number; // grows when a rebuild takes the place of the rows
};
export type NamedCheckpoint = Checkpoint & {
  readonly projection: string;
  readonly partition: number;
};

/** By projection, then by partition. */
export type Checkpoints = ReadonlyMap<string, ReadonlyMap<number, Checkpoint>>;

/** Makes the missing ones, at the beginning. */
export async function ensureCheckpoints(
  tables: Statements,
  names: readonly string[],
  partitions: number,
): Promise<void> {
  await tables.execute({
    name: 'projector-ensure-checkpoints',
    text: `
      insert into projector.checkpoint (projection, partition, next_offset, position)
      select name, partition, 0, 0
      from unnest($1::text[]) as name, generate_series(0, $2::integer - 1) as partition
      on conflict do nothing`,
    values: [names, partitions],
  });
}

/**
 * A place beyond the end of the log was one in a log that is lost. The new one is read from its
 * beginning, and what the rows have already is left out by position. To be called before anybody
 * writes into the new one: later it may have grown past the place. Places are read before the ends,
 * which only grow: what another process goes on with meanwhile is never taken for lost.
 */
export async function leaveLostLog(
  tables: Statements,
  endsOf: () => Promise<readonly number[]>,
): Promise<void> {
  const places = await tables.query<
    Pick<CheckpointRow, 'projection' | 'partition' | 'next_offset'>
  >({
    name: 'projector-places',
    text: 'select projection, partition, next_offset from projector.checkpoint',
    values: [],
  });
  const ends = await endsOf();
  const lost = places.filter(
    ({ partition, next_offset }) => next_offset > BigInt(ends[partition] ?? next_offset),
  );
  if (lost.length === 0) return;
  await tables.execute({
    name: 'projector-leave-lost-log',
    text: `
      update projector.checkpoint as c set next_offset = 0
      from unnest($1::text[], $2::integer[], $3::bigint[])
        as lost (projection, partition, next_offset)
      where c.projection = lost.projection and c.partition = lost.partition
        and c.next_offset = lost.next_offset`,
    values: [
      lost.map(({ projection }) => projection),
      lost.map(({ partition }) => partition),
      lost.map(({ next_offset }) => String(next_offset)),
    ],
  });
}

/** Changes whenever a read model, one that is built too, comes further. */
export async function placesOfAll(tables: Statements): Promise<string> {
  const [row] = await tables.query<{ readonly places: string }>({
    name: 'projector-places-of-all',
    text: `
      select coalesce(sum(next_offset), 0)::text as places
      from projector.checkpoint where projection not like '%@index'`,
    values: [],
  });
  return row?.places ?? '';
}

export async function readCheckpoints(
  tables: Statements,
  names: readonly string[],
): Promise<Checkpoints> {
  const rows = await tables.query<CheckpointRow>({
    name: 'projector-read-checkpoints',
    text: `
      select projection, partition, next_offset, position, generation
      from projector.checkpoint where projection = any($1::text[])`,
    values: [names],
  });
  return byName(rows);
}

/**
 * Locks the checkpoints of some partitions until the transaction ends, always in the same order,
 * and tells where they are.
 */
export async function lockCheckpoints(
  tx: Statements,
  names: readonly string[],
  partitions: readonly number[],
): Promise<Checkpoints> {
  const rows = await tx.query<CheckpointRow>({
    name: 'projector-lock-checkpoints',
    text: `
      select projection, partition, next_offset, position, generation
      from projector.checkpoint
      where projection = any($1::text[]) and partition = any($2::integer[])
      order by projection, partition
      for update`,
    values: [names, partitions],
  });
  return byName(rows);
}

export async function writeCheckpoints(
  tx: Statements,
  checkpoints: readonly NamedCheckpoint[],
): Promise<void> {
  await tx.execute({
    name: 'projector-write-checkpoints',
    text: `
      insert into projector.checkpoint (projection, partition, next_offset, position)
      select n.projection, n.partition, n.next_offset, n.position
      from unnest($1::text[], $2::integer[], $3::bigint[], $4::bigint[])
        as n (projection, partition, next_offset, position)
      on conflict (projection, partition) do update set
        next_offset = excluded.next_offset,
        position = excluded.position`,
    values: [
      checkpoints.map(({ projection }) => projection),
      checkpoints.map(({ partition }) => partition),
      checkpoints.map(({ nextOffset }) => nextOffset),
      checkpoints.map(({ position }) => String(position)),
    ],
  });
}

/** The read models as they are now, for whoever looks after them. */
export async function readModels(tables: Statements): Promise<readonly ReadModel[]> {
  return tables.query<ReadModel>({
    name: 'projector-read-models',
    text: `
      select p.name, p.version, coalesce(min(c.position), 0) as position,
             (select count(*) from projector.parked_key k where k.projection = p.name)
               as "parkedKeys"
      from (select name, version from projector.projection
            union all
            select distinct projection, null::integer from projector.checkpoint
            where projection like '%@index') p
      left join projector.checkpoint c on c.projection = p.name
      group by p.name, p.version order by p.name`,
    values: [],
  });
}

/** A read model, and how far it is. */
export type ReadModel = {
  readonly name: string;
  readonly version: number | null; // null: the search engine keeps it
  readonly position: bigint; // everything up to here is in it, or parked
  readonly parkedKeys: bigint;
};

type CheckpointRow = {
  readonly projection: string;
  readonly partition: number;
  readonly next_offset: bigint;
  readonly position: bigint;
  readonly generation: number;
};

function byName(rows: readonly CheckpointRow[]): Checkpoints {
  const found = new Map<string, Map<number, Checkpoint>>();
  for (const { projection, partition, next_offset, position, generation } of rows) {
    const partitions = found.get(projection) ?? new Map<number, Checkpoint>();
    partitions.set(partition, { nextOffset: Number(next_offset), position, generation });
    found.set(projection, partitions);
  }
  return found;
}
