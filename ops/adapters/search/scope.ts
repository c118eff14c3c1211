import type { NumberRange } from './port.ts';

/** Whether a message lies within what the viewer may see. */
export type Scope = (conversationId: string, number: number) => boolean;

export function scopeOf(within: readonly NumberRange[]): Scope {
  const ranges = Map.groupBy(within, ({ conversationId }) => conversationId);
  return (conversationId, number) =>
    ranges
      .get(conversationId)
      ?.some(({ first, last }) => number >= first && (last === null || number <= last)) === true;
}

const slotsPerMs = 2_048;
const msMax = 2 ** 42 - 1; // the year 2109

/** Where a message stands among all by its time: greater is newer. Safe as a number. */
export function timeSlot(sentAtMs: number, number = 0): number {
  const ms = Math.min(Math.max(Math.trunc(sentAtMs), 0), msMax);
  return ms * slotsPerMs + (number % slotsPerMs);
}
