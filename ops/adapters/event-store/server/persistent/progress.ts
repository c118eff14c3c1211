/** How far somebody came who settles places in any order. */
export type Progress = {
  /** Places are read in their order; one that is `open` has to be settled. */
  read(place: number, how: 'open' | 'passed'): void;
  settle(place: number): void;
  /** The place that was read last. */
  readUpTo(): number;
  /** Everything up to here is settled. */
  settledUpTo(): number;
  open(): number;
};

export function openProgress(after: number): Progress {
  const open = new Set<number>(); // keeps the order of reading
  let last = after;
  return {
    read: (place, how) => {
      last = place;
      if (how === 'open') open.add(place);
    },
    settle: (place) => {
      open.delete(place);
    },
    readUpTo: () => last,
    settledUpTo: () => {
      for (const first of open) return first - 1;
      return last;
    },
    open: () => open.size,
  };
}
