import type { Cache } from '../../ops/adapters/cache/port.ts';
import type { EventLog } from '../../ops/adapters/event-log/port.ts';
import type { Search } from '../../ops/adapters/search/port.ts';
import type { Tables } from '../../ops/adapters/tables/port.ts';
import type { RecordOpener } from '../../ops/vault/port.ts';
import type { Clock } from '../../projections/clock.ts';
import { sleep } from '../../projections/clock.ts';
import { followProgress } from '../../projections/progress.ts';
import type { SearchProjection } from '../../projections/search-projection.ts';
import { ofNewerProgram } from '../../schemas/events/codec.ts';
import { eventsPartitions, eventsTopic } from '../../schemas/records/topics.ts';
import { openItems } from '../projector/open-items.ts';
import { mendEveryMs, retryParkedFor } from '../projector/parked.ts';
import type { ReadStore } from '../projector/store.ts';
import { openReadStore } from '../projector/store.ts';
import type { Item } from '../projector/target.ts';
import type { Worker } from '../worker.ts';
import type { IndexDestination, Writing } from './destination.ts';
import { ReadModelsBehind, RowsParked, servingIndex } from './destination.ts';
import { beginAnew } from './lost-index.ts';
import { rebuildIndex } from './rebuild-index.ts';
import { together } from './together.ts';

/** What the indexer works with. */
export type IndexerDependencies = {
  readonly eventLog: EventLog;
  readonly tables: Tables;
  readonly cache: Cache;
  readonly search: Search;
  readonly opener: RecordOpener;
  readonly projections: readonly SearchProjection[];
  readonly partitionOf: (key: string) => number;
  readonly clock: Clock;
  readonly newId: () => string; // unique among all processes
  readonly recordsMax?: number | undefined; // in one step; 1,000 unless told
  /** From one step to the next while little comes; 100 unless told. */
  readonly paceMs?: number | undefined;
};

/**
 * Keeps what is found by words. It consumes the events topic as the group `indexer`; its place lies
 * in the tables and moves after the engine holds what lies before it, so a kill anywhere repeats
 * and loses nothing. While the engine is away it fails and is started again: nobody who sends or
 * reads waits for it. An index of another version is built beside while this one goes on, and an
 * index that was lost is written anew.
 */
export function indexer(dependencies: IndexerDependencies): Worker {
  return { name: 'indexer', serves: 'platform', run: (signal) => run(dependencies, signal) };
}

async function run(dependencies: IndexerDependencies, signal: AbortSignal): Promise<void> {
  const { eventLog, tables, search, projections } = dependencies;
  await eventLog.ensureTopic(eventsTopic, {
    partitions: eventsPartitions,
    retentionMs: 'for-ever',
  });
  await using progress = await followProgress({ ...dependencies, partitions: eventsPartitions });
  const writing = { search, tables, progress };
  const outdated: SearchProjection[] = [];
  for (const projection of projections) {
    const { kind } = await search.prepare(projection.index, projection.version);
    if (kind === 'to-be-built') outdated.push(projection);
    await beginAnew(dependencies, servingIndex(writing, projection));
  }
  await together(signal, [
    (until) => follow(dependencies, writing, until),
    ...outdated.map((projection) => async (until: AbortSignal) => {
      await rebuildIndex({ ...dependencies, progress, projection }, until);
    }),
  ]);
}

async function follow(
  dependencies: IndexerDependencies,
  writing: Writing,
  signal: AbortSignal,
): Promise<void> {
  const { tables, projections, clock } = dependencies;
  const targets = projections.map(
    (projection): IndexDestination => servingIndex(writing, projection),
  );
  const store = await openReadStore({ tables, targets, partitions: eventsPartitions, clock });
  const mend = mender(dependencies, targets);
  while (!signal.aborted) await followOn(dependencies, { store, writing, mend }, signal);
}

type Following = {
  readonly store: ReadStore;
  readonly writing: Writing;
  readonly mend: () => Promise<void>;
};

/**
 * Reads on from where each partition is. One whose read models are behind is left there, and the
 * others go on; it ends once one of those that were left has caught up.
 */
async function followOn(
  dependencies: IndexerDependencies,
  { store, writing: { progress }, mend }: Following,
  signal: AbortSignal,
): Promise<void> {
  const { eventLog, opener, clock, partitionOf } = dependencies;
  const { recordsMax = 1_000, paceMs = 100 } = dependencies;
  const over = new AbortController();
  const until = AbortSignal.any([signal, over.signal]);
  const left = new Set<number>(); // partitions
  const leave = (behind: ReadonlyMap<string, bigint>): void => {
    for (const [key, position] of behind) {
      left.add(partitionOf(key));
      void caughtUp(progress, { key, position }, until).then(() => over.abort());
    }
  };
  const batches = eventLog.consume({
    ...{ topic: eventsTopic, group: 'indexer', from: 'start', recordsMax, signal: until },
    startAt: async (partition) => store.nextOffset(partition),
  });
  for await (const batch of batches) {
    const begunMs = clock.now();
    await mend();
    await applyOthers(store, await openItems(opener, batch.records), { left, leave });
    // Only for those who ask how far the group lags; our place is the checkpoint.
    await batch.commit().catch(() => undefined);
    const restMs = begunMs + paceMs - clock.now();
    if (batch.records.length < recordsMax && restMs > 0) await sleep(clock, restMs, until);
  }
}

type Left = {
  readonly left: ReadonlySet<number>;
  readonly leave: (behind: ReadonlyMap<string, bigint>) => void;
};

/** Without the partitions that are left; each failure leaves at least one more. */
async function applyOthers(store: ReadStore, items: readonly Item[], { left, leave }: Left) {
  for (;;) {
    const others = items.filter(({ record }) => !left.has(record.partition));
    if (others.length === 0) return;
    try {
      await store.apply(others);
      return;
    } catch (error) {
      if (!(error instanceof ReadModelsBehind)) throw error;
      leave(error.behind);
    }
  }
}

const lookEveryMs = 1_000;

async function caughtUp(
  progress: Writing['progress'],
  { key, position }: { readonly key: string; readonly position: bigint },
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    if ((await progress.waitForKey(key, position, { timeoutMs: lookEveryMs })) >= position) return;
  }
}

/** What was parked until this program, or the rows that it needs, were there. */
function mender(dependencies: IndexerDependencies, indexes: readonly IndexDestination[]) {
  let mendedMs = Number.NEGATIVE_INFINITY;
  return async (): Promise<void> => {
    const nowMs = dependencies.clock.now();
    if (nowMs - mendedMs < mendEveryMs) return;
    const reasons = [ofNewerProgram, RowsParked.name];
    await retryParkedFor({ ...dependencies, projections: [], indexes }, reasons);
    mendedMs = nowMs;
  };
}
