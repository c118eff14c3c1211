import type { EventLog } from '../../ops/adapters/event-log/port.ts';
import { least } from '../../projections/progress.ts';
import type { LogValue } from '../../schemas/records/envelope.ts';

/** For each partition how far everything was sent; a partition that is missing is not known yet. */
export type Sent = Map<number, bigint>;

/**
 * A record of the log with what could be read of it: null for what is no JSON, which concerns
 * nobody.
 */
export function readValue(value: string): LogValue | null {
  try {
    return JSON.parse(value) as LogValue;
  } catch {
    return null;
  }
}

/**
 * What an earlier courier sent: where nothing lags behind the group's commits, the newest record
 * was sent. The newest is looked up first; what is appended in between makes a lag, and the place
 * stays unknown.
 */
export async function sentBefore(
  eventLog: EventLog,
  { topic, group }: { readonly topic: string; readonly group: string },
): Promise<Sent> {
  const newest = await eventLog.newest(topic);
  const [lag = []] = await eventLog.lag(topic, [group]);
  const sent: Sent = new Map();
  for (const [partition, record] of newest.entries()) {
    const value = record === null ? null : readValue(record.value);
    if (value !== null && lag[partition] === 0) sent.set(partition, BigInt(value.position));
  }
  return sent;
}

/** Notes that a record was sent. */
export function note(sent: Sent, partition: number, position: bigint): void {
  if (position > (sent.get(partition) ?? -1n)) sent.set(partition, position);
}

/** Up to where everything in every partition was sent; null while a partition is not known. */
export function leastOf(sent: Sent, partitions: number): bigint | null {
  if (sent.size < partitions) return null;
  return least(sent.values());
}
