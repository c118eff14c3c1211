/** Keeps many pieces of work under way, but no more than so many; the first failure comes out. */
export type Flight = {
  /** Waits for room and starts the work; rejects when an earlier piece has failed. */
  start(work: () => Promise<void>): Promise<void>;
  /** Resolves when nothing is under way any more. */
  landed(): Promise<void>;
};

export function openFlight(underWayMax: number): Flight {
  const underWay = new Set<Promise<void>>();
  let failure: { readonly cause: unknown } | null = null;
  const check = (): void => {
    if (failure) throw failure.cause;
  };
  return {
    start: async (work) => {
      check();
      while (underWay.size >= underWayMax) await Promise.race(underWay);
      check();
      const piece: Promise<void> = work()
        .catch((cause) => {
          failure ??= { cause };
        })
        .finally(() => underWay.delete(piece));
      underWay.add(piece);
    },
    landed: async () => {
      await Promise.all(underWay);
      check();
    },
  };
}
