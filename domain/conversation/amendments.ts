import { rememberedAmendmentsMax } from './limits.ts';

/** The last that became of a message after the state forgot it: a deletion is always the last. */
export type Amendment = { readonly contentTag?: string; readonly deleted?: boolean };

/**
 * The newest amendments of forgotten messages: a look-up may have missed them, so they count before
 * what it found. Two generations, the older dropped whole: constant time, bounded space.
 */
export type Amendments = {
  newer: Map<number, Amendment>;
  older: Map<number, Amendment>;
};

export function noAmendments(): Amendments {
  return { newer: new Map(), older: new Map() };
}

export function amendmentOf(amendments: Amendments, number: number): Amendment | undefined {
  return amendments.newer.get(number) ?? amendments.older.get(number);
}

export function noteAmendment(amendments: Amendments, number: number, change: Amendment): void {
  amendments.newer.set(number, change);
  if (amendments.newer.size < rememberedAmendmentsMax / 2) return;
  amendments.older = amendments.newer;
  amendments.newer = new Map();
}
