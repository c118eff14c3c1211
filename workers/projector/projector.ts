import type { Cache } from '../../ops/adapters/cache/port.ts';
import type { EventLog } from '../../ops/adapters/event-log/port.ts';
import type { Tables } from '../../ops/adapters/tables/port.ts';
import type { RecordOpener } from '../../ops/vault/port.ts';
import type { Clock } from '../../projections/clock.ts';
import { encodeProgress } from '../../projections/progress.ts';
import type { Projection } from '../../projections/projection.ts';
import { readProgressChannel } from '../../schemas/records/gateway-message.ts';
import { eventsPartitions, eventsTopic } from '../../schemas/records/topics.ts';
import { rebuild } from '../rebuild/rebuild.ts';
import type { Worker } from '../worker.ts';
import { untilAbandoned } from './abandoned.ts';
import { openItems } from './open-items.ts';
import type { Pace } from './pace.ts';
import { openRests } from './pace.ts';
import { mendEveryMs, retryParkedFor } from './parked.ts';
import { ensureSchemas } from './schemas.ts';
import { openReadStore } from './store.ts';
import { liveTarget } from './target.ts';

/** What the projector works with. */
export type ProjectorDependencies = {
  readonly eventLog: EventLog;
  readonly tables: Tables;
  readonly cache: Cache;
  readonly opener: RecordOpener;
  readonly projections: readonly Projection[];
  readonly clock: Clock;
  readonly newId: () => string; // unique among all processes
  readonly recordsMax?: number | undefined; // in one transaction; 1,000 unless told
  readonly attemptsMax?: number | undefined; // at a batch that Postgres refuses; 3 unless told
  readonly pace?: Pace | undefined;
};

/**
 * Keeps the read models. It consumes the events topic as the group `projector`, but its place is
 * the checkpoint that lies with the rows: killed anywhere, it goes on where the rows are. A
 * projection whose version has changed is built anew before the projector goes on; readers keep the
 * old rows meanwhile. Beside a newer program it leaves that one's rows alone; events that an older
 * one could not read and parked are tried again.
 */
export function projector(dependencies: ProjectorDependencies): Worker {
  return { name: 'projector', serves: 'platform', run: (signal) => run(dependencies, signal) };
}

async function run(dependencies: ProjectorDependencies, signal: AbortSignal): Promise<void> {
  const { eventLog, tables, projections, clock, attemptsMax } = dependencies;
  const { recordsMax = 1_000 } = dependencies;
  await eventLog.ensureTopic(eventsTopic, {
    partitions: eventsPartitions,
    retentionMs: 'for-ever',
  });
  for (const projection of await ensureSchemas(tables, projections)) {
    await untilAbandoned(dependencies, projection, signal);
    await rebuild({ ...dependencies, projection, compare: false }, signal);
  }
  if (signal.aborted) return; // before it was told whose the rows are
  const store = await openReadStore({
    tables,
    targets: projections.map(liveTarget),
    partitions: eventsPartitions,
    clock,
    attemptsMax,
  });
  const batches = eventLog.consume({
    topic: eventsTopic,
    group: 'projector',
    from: 'start',
    startAt: async (partition) => store.nextOffset(partition),
    recordsMax,
    signal,
  });
  await using rests = await openRests(dependencies);
  let mendedMs = Number.NEGATIVE_INFINITY;
  for await (const batch of batches) {
    const begunMs = clock.now();
    if (begunMs - mendedMs >= mendEveryMs) {
      await retryParkedFor(dependencies);
      mendedMs = begunMs;
    }
    const items = await openItems(dependencies.opener, batch.records);
    const positions = await store.apply(items);
    await publish(dependencies.cache, positions);
    // Only for those who ask how far the group lags; our place is the checkpoint.
    await batch.commit().catch(() => undefined);
    if (batch.records.length < recordsMax) await rests.rest(begunMs, signal);
  }
}

/** Who misses it finds the checkpoints in the tables. */
async function publish(cache: Cache, positions: ReadonlyMap<number, bigint>): Promise<void> {
  await cache.publish(readProgressChannel, encodeProgress(positions)).catch(() => undefined);
}
