import type { EventLog } from '../../ops/adapters/event-log/port.ts';
import type { Statements } from '../../ops/adapters/tables/port.ts';
import { eventsTopic } from '../../schemas/records/topics.ts';
import type { Checkpoint } from '../projector/checkpoints.ts';
import { lockCheckpoints, readCheckpoints } from '../projector/checkpoints.ts';
import type { Builder } from './builder.ts';
import type { Limits } from './limits.ts';
import { withinLog } from './limits.ts';
import type { Named } from './switch.ts';

/** What is followed: whoever keeps the live copy goes on meanwhile. */
export type Approached = {
  readonly tables: Statements;
  readonly eventLog: Pick<EventLog, 'newest'>;
  readonly recordsMax?: number | undefined; // in one transaction; 5,000 unless told
};

/** Gets close to the live copy while it goes on, so that it need not wait long. */
export async function approach(
  { tables, eventLog, recordsMax = 5_000 }: Approached,
  live: Named,
  builder: Builder,
): Promise<void> {
  while (!builder.stopped()) {
    const limits = await withinLogNow(eventLog, await liveLimits(tables, live));
    const gap = builder.gap(limits);
    await builder.advance(limits, 'building');
    if (gap <= recordsMax) return;
  }
}

/** Where the live copy is; there it stays until the transaction ends. */
export async function standingLimits(
  tx: Statements,
  { eventLog }: Pick<Approached, 'eventLog'>,
  live: Named,
): Promise<Limits> {
  const partitions = [...(await liveLimits(tx, live)).keys()];
  const locked = await lockCheckpoints(tx, [live.name], partitions);
  return withinLogNow(eventLog, limitsOf(locked.get(live.name)));
}

async function liveLimits(tables: Statements, { name }: Named): Promise<Limits> {
  return limitsOf((await readCheckpoints(tables, [name])).get(name));
}

async function withinLogNow(eventLog: Approached['eventLog'], limits: Limits): Promise<Limits> {
  return withinLog(limits, await eventLog.newest(eventsTopic));
}

function limitsOf(checkpoints: ReadonlyMap<number, Checkpoint> = new Map()): Limits {
  return new Map(
    [...checkpoints].map(([partition, { nextOffset: offset, position }]) => [
      partition,
      { offset, position },
    ]),
  );
}
