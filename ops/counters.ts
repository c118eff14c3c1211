import type { Edge } from './edge.ts';
import type { Machines } from './machines.ts';

/** Exact counts since the start of this process: what its work cost, whatever the clock says. */
export type Counters = Readonly<Record<string, number>>;

export function countersOf(
  { eventStore, tables }: Pick<Machines, 'eventStore' | 'tables'>,
  edge: ReturnType<Edge['stats']>,
): Counters {
  const { heapUsed } = process.memoryUsage();
  return { ...eventStore.counters(), ...tables.counters(), ...edge, heapUsed };
}
