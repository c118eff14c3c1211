import type { Statements, Tables } from '../../ops/adapters/tables/port.ts';
import type { Clock } from '../../projections/clock.ts';
import { sleep } from '../../projections/clock.ts';
import { least } from '../../projections/progress.ts';
import type { Checkpoint, Checkpoints } from './checkpoints.ts';
import {
  ensureCheckpoints,
  lockCheckpoints,
  readCheckpoints,
  writeCheckpoints,
} from './checkpoints.ts';
import type { ParkedKeys } from './parking.ts';
import { lockParkedKeys, park, readParkedKeys } from './parking.ts';
import type { Plan } from './plan.ts';
import { planFor } from './plan.ts';
import { isMachineFailure } from './reason.ts';
import { versionsOf } from './schemas.ts';
import type { Destination, Item } from './target.ts';

/**
 * The read models of some projections, written batch by batch. Rows, checkpoints and what is parked
 * change in one transaction, which holds the checkpoints from its first statement on: a batch
 * applies only where it begins, so a second writer is harmless and so is a repeat.
 */
export type ReadStore = {
  /** The first offset of a partition that a projection still wants. */
  nextOffset(partition: number): number;
  /** Answers with how far each partition of the batch is now, in all projections. */
  apply(items: readonly Item[]): Promise<ReadonlyMap<number, bigint>>;
};

/** What a store is made from. */
export type ReadStoreOptions<Wanted> = {
  readonly tables: Tables;
  readonly targets: readonly Destination<Wanted>[];
  readonly partitions: number;
  readonly clock: Clock;
  /** At a batch that is refused, before it is taken apart; 3. */
  readonly attemptsMax?: number | undefined;
  readonly retryDelayMs?: number | undefined; // 50
};

/**
 * Checkpoints lie before where we last saw them (a rebuild, a restored database): read on from
 * there.
 */
export class CheckpointsMovedBack extends Error {
  override readonly name = 'CheckpointsMovedBack';
}

/** Rows are of another version since: a newer program has built them, and they are its own. */
export class OtherVersion extends Error {
  override readonly name = 'OtherVersion';
}

type Named = { readonly name: string; readonly projection: { readonly version: number } };
type Standing = { readonly checkpoints: Checkpoints; readonly parkedKeys: ParkedKeys };

export async function openReadStore<Wanted>(options: ReadStoreOptions<Wanted>): Promise<ReadStore> {
  const { tables, targets, partitions } = options;
  const names = targets.map(({ name }) => name);
  await ensureCheckpoints(tables, names, partitions);
  const look = async (): Promise<Standing> => {
    const standing = {
      checkpoints: await readCheckpoints(tables, names),
      parkedKeys: await readParkedKeys(tables, names),
    };
    await refuseOtherVersions(tables, targets); // after it: a switch raises both in one step
    return standing;
  };
  let standing = await look();
  const apply = async (items: readonly Item[]) => {
    for (;;) {
      const plans = plansFor(targets, items, standing);
      if (plans.every(({ checkpoints }) => checkpoints.length === 0)) break;
      const applied = await persistently(options, plans, standing);
      if (applied) {
        standing = after(standing, applied);
        break;
      }
      const now = await look();
      if (movedBack(standing, now)) throw new CheckpointsMovedBack('read on from the checkpoints');
      standing = now;
    }
    return reachedIn(items, names, standing);
  };
  const nextOffset = (partition: number) =>
    Math.min(...names.map((name) => offsetOf(standing.checkpoints, name, partition)));
  return { nextOffset, apply };
}

async function refuseOtherVersions(tables: Tables, targets: readonly Named[]): Promise<void> {
  const versions = await versionsOf(tables);
  for (const { name, projection } of targets) {
    const version = versions.get(name) ?? projection.version; // none is kept of one that is built
    if (version !== projection.version) throw new OtherVersion(`${name} is of version ${version}`);
  }
}

function plansFor<Wanted>(
  targets: readonly Destination<Wanted>[],
  items: readonly Item[],
  standing: Standing,
): readonly Plan<Wanted>[] {
  return targets.map((target) =>
    planFor(target, items, {
      checkpoints: standing.checkpoints.get(target.name) ?? new Map(),
      parkedKeys: standing.parkedKeys.get(target.name) ?? new Set(),
    }),
  );
}

/**
 * Tries a refused batch again as a whole, then event by event; null when the standing no longer
 * holds.
 */
async function persistently<Wanted>(
  options: ReadStoreOptions<Wanted>,
  plans: readonly Plan<Wanted>[],
  standing: Standing,
): Promise<readonly Plan<Wanted>[] | null> {
  const { tables, clock, attemptsMax = 3, retryDelayMs = 50 } = options;
  for (let attempt = 1; ; attempt += 1) {
    const careful = attempt >= attemptsMax;
    try {
      return await tables.transaction((tx) => inOneStep(tx, { plans, standing, careful }));
    } catch (error) {
      if (isMachineFailure(error) || careful) throw error;
      await sleep(clock, retryDelayMs * attempt);
    }
  }
}

type Step<Wanted> = {
  readonly plans: readonly Plan<Wanted>[];
  readonly standing: Standing;
  readonly careful: boolean;
};

async function inOneStep<Wanted>(tx: Statements, { plans, standing, careful }: Step<Wanted>) {
  if (!(await stillHolds(tx, plans, standing))) return null;
  const written: Plan<Wanted>[] = [];
  for (const plan of plans) {
    const done = careful ? await carefully(tx, plan) : await plainly(tx, plan);
    await park(tx, done.target.name, done.parkings);
    written.push(done);
  }
  await writeCheckpoints(
    tx,
    written.flatMap(({ checkpoints }) => checkpoints),
  );
  return written;
}

async function stillHolds<Wanted>(
  tx: Statements,
  plans: readonly Plan<Wanted>[],
  standing: Standing,
): Promise<boolean> {
  const moving = plans.flatMap(({ checkpoints }) => checkpoints);
  const names = plans.map(({ target }) => target.name);
  const partitions = [...new Set(moving.map(({ partition }) => partition))];
  const now = await lockCheckpoints(tx, names, partitions);
  const holds = moving.every(({ projection, partition }) =>
    same(now.get(projection)?.get(partition), standing.checkpoints.get(projection)?.get(partition)),
  );
  if (!holds) return false;
  for (const { target, parkedKeys } of plans) {
    if (!(await lockParkedKeys(tx, target.name, parkedKeys))) return false;
  }
  return true;
}

function same(one: Checkpoint | undefined, other: Checkpoint | undefined): boolean {
  return one?.nextOffset === other?.nextOffset && one?.generation === other?.generation;
}

async function plainly<Wanted>(tx: Statements, plan: Plan<Wanted>): Promise<Plan<Wanted>> {
  await plan.target.write(tx, plan.events);
  return plan;
}

async function carefully<Wanted>(tx: Statements, plan: Plan<Wanted>): Promise<Plan<Wanted>> {
  const refused = await plan.target.writeCarefully(tx, plan.events);
  return { ...plan, parkings: [...refused, ...plan.parkings] };
}

/** Where things stand once plans are done. */
function after<Wanted>(standing: Standing, plans: readonly Plan<Wanted>[]): Standing {
  const checkpoints = new Map(standing.checkpoints);
  const parkedKeys = new Map(standing.parkedKeys);
  for (const { target, checkpoints: moved, parkings } of plans) {
    const partitions = new Map(checkpoints.get(target.name));
    for (const checkpoint of moved) partitions.set(checkpoint.partition, checkpoint);
    checkpoints.set(target.name, partitions);
    if (parkings.length === 0) continue;
    const keys = parkings.map(({ record }) => record.key);
    parkedKeys.set(target.name, new Set([...(parkedKeys.get(target.name) ?? []), ...keys]));
  }
  return { checkpoints, parkedKeys };
}

function movedBack(before: Standing, now: Standing): boolean {
  return [...before.checkpoints].some(([name, partitions]) =>
    [...partitions].some(
      ([partition, { nextOffset }]) => offsetOf(now.checkpoints, name, partition) < nextOffset,
    ),
  );
}

function reachedIn(items: readonly Item[], names: readonly string[], { checkpoints }: Standing) {
  const partitions = new Set(items.map(({ record }) => record.partition));
  const reached = (partition: number) =>
    least(names.map((name) => checkpoints.get(name)?.get(partition)?.position ?? 0n));
  return new Map([...partitions].map((partition) => [partition, reached(partition)]));
}

function offsetOf(checkpoints: Checkpoints, name: string, partition: number): number {
  return checkpoints.get(name)?.get(partition)?.nextOffset ?? 0;
}
