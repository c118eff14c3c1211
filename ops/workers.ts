import { projections } from '../projections/all.ts';
import { systemClock } from '../projections/clock.ts';
import { conversationIdsOf } from '../projections/conversation-details/read.ts';
import { eventsPartitions } from '../schemas/records/topics.ts';
import { courier } from '../workers/courier/courier.ts';
import { projector } from '../workers/projector/projector.ts';
import { relay } from '../workers/relay/relay.ts';
import type { Runner, Worker } from '../workers/worker.ts';
import { startWorkers } from '../workers/worker.ts';
import { partitionOf } from './adapters/event-log/partition.ts';
import type { Config } from './config/config.ts';
import type { Machines } from './machines.ts';
import type { Log } from './observe/log.ts';

/** Starts those workers that the configuration names. */
export function runWorkers(config: Config, machines: Machines, log: Log): Runner {
  const { eventStore, eventLog, tables, cache, opener } = machines;
  const clock = systemClock;
  const made: Readonly<Record<Config['workers'][number], () => Worker>> = {
    relay: () => relay({ eventStore, eventLog, tables, clock, partitionOf: partitionOfKey }),
    projector: () => projector({ eventLog, tables, cache, opener, projections, clock }),
    courier: () =>
      courier({
        ...{ eventLog, cache, tables, clock },
        conversationsOf: (userId, most) => conversationIdsOf(tables, userId, most),
      }),
  };
  return startWorkers({
    workers: config.workers.map((name) => made[name]()),
    ...{ clock, chance: Math.random },
    onFailure: ({ worker, error }) =>
      log.warn({ worker, cause: error instanceof Error ? error.name : 'unknown' }, 'restarts'),
  });
}

export function partitionOfKey(key: string): number {
  return partitionOf(key, eventsPartitions);
}
