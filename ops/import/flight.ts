/** Keeps many pieces of work under way, but no more than so many; the first failure comes out. */
export type Flight = {
  /** Waits for room and starts the work; rejects when an earlier piece has failed. */
  start(work: () => Promise<void>): Promise<void>;
  /** Resolves when nothing is under way any more; rejects when a piece has failed. */
  landed(): Promise<void>;
};

export function openFlight(underWayMax: number): Flight {
  const waiting: (() => void)[] = []; // for room, first come first served
  let underWay = 0;
  let failure: { readonly cause: unknown } | null = null;
  let empty = Promise.withResolvers<void>();
  const check = (): void => {
    if (failure) throw failure.cause;
  };
  const land = (): void => {
    underWay -= 1;
    if (underWay === 0) empty.resolve();
    waiting.shift()?.();
  };
  return {
    start: async (work) => {
      check();
      while (underWay >= underWayMax) await new Promise<void>((resolve) => waiting.push(resolve));
      check();
      if (underWay === 0) empty = Promise.withResolvers();
      underWay += 1;
      work()
        .catch((cause) => {
          failure ??= { cause };
        })
        .finally(land);
    },
    landed: async () => {
      if (underWay > 0) await empty.promise;
      check();
    },
  };
}
