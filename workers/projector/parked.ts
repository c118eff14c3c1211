import type { Statements, Tables } from '../../ops/adapters/tables/port.ts';
import type { RecordOpener } from '../../ops/vault/port.ts';
import type { Projection } from '../../projections/projection.ts';
import type { SearchChange } from '../../projections/search-projection.ts';
import { ofNewerProgram } from '../../schemas/events/codec.ts';
import { openItems } from './open-items.ts';
import { lockParkedKeys } from './parking.ts';
import { changesOf } from './plan.ts';
import type { Destination, Item, Parking, Planned } from './target.ts';
import { liveTarget } from './target.ts';

const keysAtOnceMax = 1_000;

/** A key that stands still in one projection. */
export type ParkedKey = {
  readonly projection: string;
  readonly key: string;
  readonly reason: string; // why its first event could not be applied; holds nothing personal
  readonly parkedAt: Date;
  readonly retries: number;
  readonly waiting: number; // events, the first one included
};
/** One event of such a key. */
export type ParkedEvent = {
  readonly position: bigint;
  readonly type: string;
  readonly stream: string;
  readonly reason: string | null; // null: it waits behind another
};
/** Which key of which projection. */
export type ParkedPlace = { readonly projection: string; readonly key: string };

/** What a retry came to. */
export type Retried =
  | { readonly kind: 'all-applied'; readonly events: number }
  | {
      readonly kind: 'still-parked';
      readonly applied: number;
      readonly left: number;
      readonly reason: string;
    }
  | { readonly kind: 'not-parked' };

/** What mending takes. */
export type ParkedDependencies = {
  readonly tables: Tables;
  readonly opener: RecordOpener;
  readonly projections: readonly Projection[];
  readonly indexes?: readonly Destination<SearchChange>[] | undefined;
};

/** Oldest first. */
export async function listParked(
  tables: Statements,
  keysMax: number,
): Promise<readonly ParkedKey[]> {
  return tables.query<ParkedKey>({
    text: `
      select k.projection, k.key, k.reason, k.parked_at as "parkedAt", k.retries,
             (select count(*)::integer from projector.parked p
              where p.projection = k.projection and p.key = k.key) as waiting
      from projector.parked_key k order by k.parked_at, k.projection, k.key limit $1`,
    values: [keysMax],
  });
}

/** The events of a parked key in order, without what they say. */
export async function showParked(
  tables: Statements,
  place: ParkedPlace,
  eventsMax: number,
): Promise<readonly ParkedEvent[]> {
  const rows = await readParked(tables, place, eventsMax);
  return rows.map(({ position, value, reason }) => ({ position, reason, ...headOf(value) }));
}

/**
 * Applies what is parked under a key, in order, in one transaction. When the first works the rest
 * follow; where one fails again, it and those behind it stay.
 */
export function retryParked(
  dependencies: ParkedDependencies,
  place: ParkedPlace,
): Promise<Retried> {
  return dependencies.tables.transaction((tx) => retry(dependencies, tx, place));
}

/** How often that may be looked for, ms: few keys are parked, and none of a newer program's. */
export const mendEveryMs = 60_000;

/**
 * Tries again what was parked for one of these reasons: unless told, what an older program parked
 * because it could not read it yet.
 */
export async function retryParkedFor(
  dependencies: ParkedDependencies,
  reasons: readonly string[] = [ofNewerProgram],
): Promise<void> {
  const parked = await listParked(dependencies.tables, keysAtOnceMax);
  for (const place of parked) {
    if (!reasons.some((one) => place.reason.includes(one))) continue;
    if (destinationOf(dependencies, place)) await retryParked(dependencies, place);
  }
}

/**
 * Leaves the first parked event out for good, keeps it with the reason, and goes on with the rest.
 */
export function dropParked(
  dependencies: ParkedDependencies,
  place: ParkedPlace,
  because: string,
): Promise<Retried> {
  return dependencies.tables.transaction(async (tx) => {
    if (!(await lockParkedKeys(tx, place.projection, [place.key]))) return { kind: 'not-parked' };
    await tx.execute({
      text: `
        with gone as (
          delete from projector.parked p using projector.parked_key k
          where k.projection = $1 and k.key = $2 and p.projection = k.projection and p.key = k.key
            and p.position = (select min(position) from projector.parked
                              where projection = $1 and key = $2)
          returning p.projection, p.key, p.position, p.value,
                    coalesce(p.reason, k.reason) as reason)
        insert into projector.dropped
          (projection, key, position, value, parked_for, dropped_because)
        select projection, key, position, value, reason, $3 from gone
        on conflict do nothing`,
      values: [place.projection, place.key, because],
    });
    return retry(dependencies, tx, place);
  });
}

async function retry(
  dependencies: ParkedDependencies,
  tx: Statements,
  place: ParkedPlace,
): Promise<Retried> {
  const { opener } = dependencies;
  const target = destinationOf(dependencies, place);
  if (target === undefined) return { kind: 'not-parked' };
  if (!(await lockParkedKeys(tx, place.projection, [place.key]))) return { kind: 'not-parked' };
  const rows = await readParked(tx, place, null);
  const records = rows.map(({ value }) => ({ partition: 0, offset: 0, key: place.key, value }));
  const { events, stopped } = readable(target, await openItems(opener, records));
  const refused = await target.writeCarefully(tx, events);
  const head = refused[0] ?? stopped;
  const applied = head
    ? rows.filter(({ position }) => position < head.position).length
    : rows.length;
  await forget(tx, place, head?.position ?? null);
  if (!head) return { kind: 'all-applied', events: rows.length };
  const reason = head.reason ?? 'unknown';
  await keepHead(tx, place, { position: head.position, reason });
  return { kind: 'still-parked', applied, left: rows.length - applied, reason };
}

function destinationOf(
  { projections, indexes = [] }: ParkedDependencies,
  { projection: wanted }: ParkedPlace,
): Destination<unknown> | undefined {
  const live: readonly Destination<unknown>[] = [...projections.map(liveTarget), ...indexes];
  return live.find(({ name }) => name === wanted);
}

/** Events up to the first that still cannot be read. */
function readable<Wanted>(target: Destination<Wanted>, items: readonly Item[]) {
  const events: Planned<Wanted>[] = [];
  let stopped: Parking | null = null;
  for (const { record, content } of items) {
    if (content === null || content.category === 'watermark') continue;
    const { position } = content;
    const wanted = content.category === 'unreadable' ? content.reason : changesOf(target, content);
    if (typeof wanted === 'string') {
      stopped = { record, position, reason: wanted };
      break;
    }
    if (wanted !== null) events.push({ record, position, changes: wanted });
  }
  return { events, stopped };
}

/**
 * Takes what is before a position off the list; all of it, and the key, when there is no position.
 */
async function forget(tx: Statements, { projection, key }: ParkedPlace, before: bigint | null) {
  await tx.execute({
    text: `
      delete from projector.parked
      where projection = $1 and key = $2 and ($3::bigint is null or position < $3::bigint)`,
    values: [projection, key, before === null ? null : String(before)],
  });
  if (before !== null) return;
  await tx.execute({
    text: 'delete from projector.parked_key where projection = $1 and key = $2',
    values: [projection, key],
  });
}

type Head = { readonly position: bigint; readonly reason: string };

async function keepHead(tx: Statements, { projection, key }: ParkedPlace, head: Head) {
  await tx.execute({
    text: `
      update projector.parked_key set reason = $3, retries = retries + 1
      where projection = $1 and key = $2`,
    values: [projection, key, head.reason],
  });
  await tx.execute({
    text: `
      update projector.parked set reason = $4
      where projection = $1 and key = $2 and position = $3`,
    values: [projection, key, String(head.position), head.reason],
  });
}

type ParkedRow = {
  readonly position: bigint;
  readonly value: string;
  readonly reason: string | null;
};

function readParked(
  tables: Statements,
  { projection, key }: ParkedPlace,
  eventsMax: number | null,
) {
  return tables.query<ParkedRow>({
    text: `
      select position, value, reason from projector.parked
      where projection = $1 and key = $2 order by position limit $3`,
    values: [projection, key, eventsMax],
  });
}

/** What may be shown of a record that perhaps cannot be read. */
function headOf(value: string): { readonly type: string; readonly stream: string } {
  try {
    const { type, stream }: { readonly type?: unknown; readonly stream?: unknown } =
      JSON.parse(value);
    return { type: String(type ?? 'unknown'), stream: String(stream ?? 'unknown') };
  } catch {
    return { type: 'unreadable', stream: 'unreadable' };
  }
}
