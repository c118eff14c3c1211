import type { Search } from '../../ops/adapters/search/port.ts';
import type { SearchProjection } from '../../projections/search-projection.ts';
import { eventsPartitions } from '../../schemas/records/topics.ts';
import { waitForLease } from '../lease.ts';
import { openReadStore } from '../projector/store.ts';
import { approach, standingLimits } from '../rebuild/approach.ts';
import type { Builder, BuilderOptions } from '../rebuild/builder.ts';
import { openBuilder } from '../rebuild/builder.ts';
import { forgetPlaces, takePlaces } from '../rebuild/switch.ts';
import type { IndexDestination, Writing } from './destination.ts';
import { nextIndex, servingIndex } from './destination.ts';

/** What building an index anew takes; of the tables at least three connections. */
export type IndexRebuildOptions = Omit<BuilderOptions, 'store'> &
  Omit<Writing, 'search'> & {
    readonly search: Pick<Search, 'prepare' | 'apply' | 'switchTo'>;
    readonly projection: SearchProjection;
  };

/** What it came to. Only 'switched' changed what is found. */
export type IndexRebuilt = 'switched' | 'stopped' | 'up-to-date';

/**
 * Builds an index of a new version from the log's start beside the one that serves, up to that
 * one's place and never past it, and lets it take its place in one step. The indexer goes on
 * meanwhile and waits only for the last few records and the switch: nothing is found later for it.
 */
export async function rebuildIndex(
  options: IndexRebuildOptions,
  signal: AbortSignal,
): Promise<IndexRebuilt> {
  const { search, tables, clock, projection } = options;
  const name = `rebuild-${projection.name}`;
  const lease = await waitForLease(
    { tables, name, holder: options.newId(), clock, leaseMs: 10_000 },
    signal,
  );
  if (lease === null) return 'stopped';
  const [live, next] = [servingIndex(options, projection), nextIndex(options, projection)];
  try {
    const { kind } = await search.prepare(projection.index, projection.version);
    if (kind === 'serving') return 'up-to-date'; // another process was first
    await forgetPlaces(tables, next);
    const targets = [next];
    const store = await openReadStore({ tables, targets, partitions: eventsPartitions, clock });
    const builder = openBuilder({ ...options, store }, lease.held);
    await approach(options, live, builder);
    return await switchWhereBothStand(options, { live, next, builder });
  } finally {
    await forgetPlaces(tables, next).catch(() => undefined);
    await lease.release();
  }
}

type Building = {
  readonly live: IndexDestination;
  readonly next: IndexDestination;
  readonly builder: Builder;
};

/** The indexer writes only while it holds its places: here it cannot. */
function switchWhereBothStand(
  options: IndexRebuildOptions,
  { live, next, builder }: Building,
): Promise<IndexRebuilt> {
  const { search, tables, projection } = options;
  return tables.transaction(async (tx) => {
    await builder.advance(await standingLimits(tx, options, live), 'switching');
    if (builder.stopped()) return 'stopped';
    await search.switchTo(projection.index, projection.version);
    await takePlaces(tx, live, next);
    return 'switched';
  });
}
