import type { EventLog } from '../../ops/adapters/event-log/port.ts';
import type { Tables } from '../../ops/adapters/tables/port.ts';
import type { RecordOpener } from '../../ops/vault/port.ts';
import type { Clock } from '../../projections/clock.ts';
import type { Projection } from '../../projections/projection.ts';
import { eventsPartitions } from '../../schemas/records/topics.ts';
import { waitForLease } from '../lease.ts';
import { ensureCheckpoints } from '../projector/checkpoints.ts';
import { dropSchema, ensureSchemas, makeTables } from '../projector/schemas.ts';
import { openReadStore } from '../projector/store.ts';
import { liveTarget, nextTarget } from '../projector/target.ts';
import { approach, standingLimits } from './approach.ts';
import type { Builder, RebuildStep } from './builder.ts';
import { openBuilder } from './builder.ts';
import type { TableComparison } from './compare.ts';
import { compareTables } from './compare.ts';
import { clearNext, switchOver } from './switch.ts';

/** What a rebuild takes. */
export type RebuildOptions = {
  readonly projection: Projection;
  readonly eventLog: EventLog;
  readonly tables: Tables; // at least three connections
  readonly opener: RecordOpener;
  readonly clock: Clock;
  readonly newId: () => string; // unique among all processes
  readonly compare: boolean; // false for a new version, whose rows are meant to differ
  /** Builds it also where it is of this version already and nothing is compared. */
  readonly anyway?: boolean | undefined;
  /** 'switch' unless told, because the log is the truth. */
  readonly onDifference?: 'switch' | 'keep' | undefined;
  readonly recordsMax?: number | undefined; // in one transaction; 5,000 unless told
  readonly onStep?: ((step: RebuildStep) => void) | undefined;
};

/** What a rebuild came to. Only 'switched' changed what readers see. */
export type RebuildReport = {
  readonly kind: 'switched' | 'kept' | 'stopped' | 'up-to-date';
  readonly records: number; // of the log, watermarks included
  readonly elapsedMs: number;
  readonly tables: readonly TableComparison[]; // empty when nothing was compared
};

/**
 * Builds a projection anew from the log's start in a schema beside the live one, up to the live
 * one's checkpoints and never past them; compares both row for row at one position; and takes its
 * place in one transaction. The projector goes on meanwhile and waits only for the last few records
 * and the switch. Stopped or failed, it leaves nothing behind.
 */
export async function rebuild(
  options: RebuildOptions,
  signal: AbortSignal,
): Promise<RebuildReport> {
  const { tables, clock, projection } = options;
  const startedMs = clock.now();
  const report = (kind: RebuildReport['kind'], records = 0, compared: Compared = []) => ({
    kind,
    records,
    elapsedMs: clock.now() - startedMs,
    tables: compared,
  });
  const name = `rebuild-${projection.name}`;
  const lease = await waitForLease(
    { tables, name, holder: options.newId(), clock, leaseMs: 10_000 },
    signal,
  );
  if (lease === null) return report('stopped');
  try {
    const isWanted = options.compare || options.anyway === true;
    if (!isWanted && (await isCurrent(tables, projection))) return report('up-to-date');
    await ensureSchemas(tables, [projection]);
    await ensureCheckpoints(tables, [liveTarget(projection).name], eventsPartitions);
    const builder = await begin(options, lease.held);
    const { kind, compared } = await finish(options, builder);
    return report(lease.held.aborted ? 'stopped' : kind, builder.records(), compared);
  } finally {
    await clearNext(tables, projection).catch(() => undefined);
    await lease.release();
  }
}

type Compared = readonly TableComparison[];

async function begin(options: RebuildOptions, signal: AbortSignal): Promise<Builder> {
  const { tables, projection, clock } = options;
  const target = nextTarget(projection);
  await clearNext(tables, projection);
  await tables.transaction((tx) => makeTables(tx, projection, target.schema));
  const store = await openReadStore({
    tables,
    targets: [target],
    partitions: eventsPartitions,
    clock,
  });
  return openBuilder({ ...options, store }, signal);
}

async function finish(
  options: RebuildOptions,
  builder: Builder,
): Promise<{ readonly kind: RebuildReport['kind']; readonly compared: Compared }> {
  const { tables, projection, compare, onDifference = 'switch' } = options;
  const live = liveTarget(projection);
  await approach(options, live, builder);
  const compared =
    compare && !builder.stopped() ? await compareAtOnePosition(options, builder) : [];
  const differs = compared.some(({ equal }) => !equal);
  if (builder.stopped()) return { kind: 'stopped', compared };
  if (differs && onDifference === 'keep') return { kind: 'kept', compared };
  await approach(options, live, builder);
  const switched = await tables.transaction(async (tx) => {
    await builder.advance(await standingLimits(tx, options, live), 'switching');
    if (builder.stopped()) return false;
    await switchOver(tx, projection);
    return true;
  });
  await dropSchema(tables, { schema: `${live.schema}_old` });
  return { kind: switched ? 'switched' : 'stopped', compared };
}

/**
 * The live rows stand still only until both are at one position and a snapshot of both is taken.
 */
async function compareAtOnePosition(options: RebuildOptions, builder: Builder): Promise<Compared> {
  const { tables, projection } = options;
  const live = liveTarget(projection);
  let comparing: Promise<Compared> = Promise.resolve([]);
  await tables.transaction(async (tx) => {
    await builder.advance(await standingLimits(tx, options, live), 'comparing');
    if (builder.stopped()) return;
    await new Promise<void>((resolve, reject) => {
      comparing = compareTables(tables, projection, resolve);
      comparing.catch(reject);
    });
  });
  return comparing;
}

async function isCurrent(tables: Tables, { name, version }: Projection): Promise<boolean> {
  const rows = await tables.query<{ readonly version: number }>({
    text: 'select version from projector.projection where name = $1',
    values: [name],
  });
  return rows[0]?.version === version;
}
