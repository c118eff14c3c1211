import type { EventLog } from '../../ops/adapters/event-log/port.ts';
import { least } from '../../projections/progress.ts';
import { positionIn } from '../position.ts';

/** For each partition the position up to which everything is in it. */
export type Places = readonly bigint[];

/** Where a relay finds the log of records; a watermark tells as much as an event. */
export async function placesOf(eventLog: EventLog, topic: string): Promise<Places> {
  const newest = await eventLog.newest(topic);
  return newest.map((record) => (record === null ? 0n : (positionIn(record.value) ?? 0n)));
}

/** From where the event store must be read so that no partition lacks anything. */
export function beginning(places: Places): bigint {
  return least(places);
}
