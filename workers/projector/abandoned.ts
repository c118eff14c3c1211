import type { EventLog } from '../../ops/adapters/event-log/port.ts';
import type { Tables } from '../../ops/adapters/tables/port.ts';
import type { Clock } from '../../projections/clock.ts';
import { sleep } from '../../projections/clock.ts';
import type { Projection } from '../../projections/projection.ts';
import { eventsTopic } from '../../schemas/records/topics.ts';
import { placesOfAll, readCheckpoints } from './checkpoints.ts';
import { versionsOf } from './schemas.ts';

const lookEveryMs = 1_000;
const abandonedAfterMs = 30_000;

/**
 * Rows of a newer version belong to a newer program that runs beside this one, and are left to it:
 * resolves at once when they are of an older one. Where nobody moves any read model for half a
 * minute, though there is something to bring, that program is gone (a release was taken back), and
 * ours may build its own.
 */
export async function untilAbandoned(
  {
    tables,
    eventLog,
    clock,
  }: { readonly tables: Tables; readonly eventLog: EventLog; readonly clock: Clock },
  { name, version }: Projection,
  signal: AbortSignal,
): Promise<void> {
  let [seen, sinceMs] = ['', clock.now()];
  while (!signal.aborted && ((await versionsOf(tables)).get(name) ?? 0) > version) {
    const checkpoints = (await readCheckpoints(tables, [name])).get(name) ?? new Map();
    const newest = await eventLog.newest(eventsTopic);
    const isBehind = newest.some(
      (record) => record && record.offset >= (checkpoints.get(record.partition)?.nextOffset ?? 0),
    );
    const places = await placesOfAll(tables); // it may be building another one just now
    if (!isBehind || places !== seen) [seen, sinceMs] = [places, clock.now()];
    if (clock.now() - sinceMs >= abandonedAfterMs) return;
    await sleep(clock, lookEveryMs, signal);
  }
}
