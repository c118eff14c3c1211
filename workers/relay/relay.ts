import type { EventLog } from '../../ops/adapters/event-log/port.ts';
import type { EventStore } from '../../ops/adapters/event-store/port.ts';
import type { Tables } from '../../ops/adapters/tables/port.ts';
import type { Clock } from '../../projections/clock.ts';
import { sleep } from '../../projections/clock.ts';
import { eventsPartitions, eventsTopic } from '../../schemas/records/topics.ts';
import type { Lease } from '../lease.ts';
import { waitForLease } from '../lease.ts';
import type { Worker } from '../worker.ts';
import { follow } from './follow.ts';
import { placesOf } from './place.ts';
import { openTopicWriter } from './topic-writer.ts';

/** What the relay works with. */
export type RelayDependencies = {
  readonly eventStore: EventStore;
  readonly eventLog: EventLog;
  readonly tables: Tables;
  readonly clock: Clock;
  readonly partitionOf: (key: string) => number; // the event log driver's own
  readonly holder: string; // unique among all relays
  readonly leaseMs?: number | undefined; // 5,000 unless told: how long a killed leader is missed
  readonly recordsMax?: number | undefined; // in one append; 500 unless told
  readonly watermarkEveryMs?: number | undefined; // 100 unless told
};

/** The categories that travel; others (snapshots, compliance) have readers of their own. */
export const relayedPrefixes: readonly string[] = ['account-', 'conversation-', 'participation-'];

/**
 * Copies the truth to the event log, once and in order. One relay leads, by lease and fencing
 * epoch; the others wait. It keeps no checkpoint: the newest record of each partition says where to
 * go on.
 */
export function relay(dependencies: RelayDependencies): Worker {
  const { eventLog, tables, clock, holder, leaseMs = 5_000 } = dependencies;
  const run = async (signal: AbortSignal) => {
    await eventLog.ensureTopic(eventsTopic, {
      partitions: eventsPartitions,
      retentionMs: 'for-ever',
    });
    while (!signal.aborted) {
      const lease = await waitForLease({ tables, name: 'relay', holder, clock, leaseMs }, signal);
      if (lease === null) return;
      try {
        await lead(dependencies, lease);
      } finally {
        await lease.release();
      }
      // Somebody else writes: no use in asking for the lease in every turn.
      await sleep(clock, leaseMs / 3, signal);
    }
  };
  return { name: 'relay', serves: 'platform', run };
}

/** Ends when the lease is lost, or when a newer leader has written. */
async function lead(dependencies: RelayDependencies, { epoch, held }: Lease): Promise<void> {
  const { eventStore, eventLog, clock, partitionOf, recordsMax = 500 } = dependencies;
  const fenced = new AbortController();
  const signal = AbortSignal.any([held, fenced.signal]);
  const before = await placesOf(eventLog, eventsTopic);
  const writer = openTopicWriter({
    append: async (records) => {
      const outcome = await eventLog.append({ topic: eventsTopic, epoch, records });
      if (outcome.kind === 'fenced') fenced.abort();
      return outcome.kind === 'appended';
    },
    partitionOf,
    clock,
    watermarkEveryMs: dependencies.watermarkEveryMs ?? 100,
  });
  // Speaking first fences the leader before us; only what is there now is what will stay.
  if (!(await writer.repeat(before))) return;
  const places = await placesOf(eventLog, eventsTopic);
  await follow(
    { eventStore, prefixes: relayedPrefixes, places, writer, recordsMax, clock },
    signal,
  );
}
