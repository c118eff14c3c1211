import { projections, searchProjections } from '../projections/all.ts';
import { conversationIdsOf } from '../projections/conversation-details/read.ts';
import { eventsPartitions } from '../schemas/records/topics.ts';
import { courier } from '../workers/courier/courier.ts';
import { facts } from '../workers/facts/facts.ts';
import { indexer } from '../workers/indexer/indexer.ts';
import { projector } from '../workers/projector/projector.ts';
import { relay } from '../workers/relay/relay.ts';
import type { Runner, Worker } from '../workers/worker.ts';
import { startWorkers } from '../workers/worker.ts';
import { partitionOf } from './adapters/event-log/partition.ts';
import type { Config } from './config/config.ts';
import type { Machines } from './machines.ts';
import type { Log } from './observe/log.ts';
import { openBlindOpener } from './vault/blind.ts';
import { openPseudonyms } from './vault/pseudonyms.ts';

/** Starts those workers that the configuration names. */
export function runWorkers(names: Config['workers'], machines: Machines, log: Log): Runner {
  const { eventStore, eventLog, tables, cache, search, opener, clock, chance, newId } = machines;
  const { analytics, vault } = machines;
  const made: Readonly<Record<Config['workers'][number], () => Worker>> = {
    relay: () =>
      relay({
        ...{ eventStore, eventLog, tables, clock, holder: newId() },
        partitionOf: partitionOfKey,
      }),
    projector: () => projector({ eventLog, tables, cache, opener, projections, clock, newId }),
    courier: () =>
      courier({
        ...{ eventLog, cache, tables, clock, holder: newId() },
        conversationsOf: (userId, most) => conversationIdsOf(tables, userId, most),
      }),
    indexer: () =>
      indexer({
        ...{ eventLog, tables, cache, search, opener, clock, newId },
        projections: searchProjections,
        partitionOf: partitionOfKey,
      }),
    facts: () =>
      facts({
        ...{ eventLog, analytics, clock, newId, log },
        ...{ opener: openBlindOpener(), pseudonyms: openPseudonyms(vault) },
      }),
  };
  return startWorkers({
    workers: names.map((name) => made[name]()),
    ...{ clock, chance },
    onFailure: ({ worker, error }) =>
      log.warn({ worker, cause: error instanceof Error ? error.name : 'unknown' }, 'restarts'),
  });
}

export function partitionOfKey(key: string): number {
  return partitionOf(key, eventsPartitions);
}
