import type { Look } from './target.ts';

/**
 * What the peak may rise by in the last third of a run. Caches fill and are emptied in between, so
 * that peaks are compared and not what happens to be held at the end.
 */
export const heapGrowthBytesMax = 24 * 1_048_576;
const connectionsGrowthMax = 16; // those that our own agent keeps open come and go

/** What grew over a run, and what is held at its end; empty when everything levelled off. */
export function grownOf(looks: readonly Look[]): readonly string[] {
  return [...risenOf(looks), ...heldOf(looks.at(-1))];
}

/** The first third is warming up; a short run has no thirds to be compared. */
function risenOf(looks: readonly Look[]): readonly string[] {
  const third = Math.floor(looks.length / 3);
  if (third < 2) return [];
  const [before, after] = [looks.slice(third, 2 * third), looks.slice(2 * third)];
  const rise = (of: (look: Look) => number) =>
    Math.max(...after.map(of)) - Math.max(...before.map(of));
  const heap = rise(({ heapBytes }) => heapBytes);
  const connections = rise((look) => look.connections);
  return [
    ...(heap > heapGrowthBytesMax ? [`the heap’s peak rose by ${inMebibytes(heap)}`] : []),
    ...(connections > connectionsGrowthMax ? [`${connections} connections more are open`] : []),
  ];
}

/** Nobody is there any more: what is still held is held for good, however short the run. */
function heldOf(last: Look | undefined): readonly string[] {
  if (!last) return [];
  return [
    ...(last.sockets > 0 ? [`${last.sockets} sockets are still held`] : []),
    ...(last.devices > 0 ? [`${last.devices} devices are still held`] : []),
    ...(last.halves > 0 ? [`${last.halves} accounts are reserved by half`] : []),
  ];
}

export function inMebibytes(bytes: number): string {
  return `${(bytes / 1_048_576).toFixed(1)} MiB`;
}
