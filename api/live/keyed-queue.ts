/** Work in order for each key, in parallel across keys, bounded in all. */
export type KeyedQueue = {
  /** False when there is no room: nothing was taken. */
  put(key: string, work: () => Promise<void>): boolean;
  /** Resolves when everything put before this call is done. */
  settled(): Promise<void>;
};

export function openKeyedQueue(waitingMax: number): KeyedQueue {
  const tails = new Map<string, Promise<void>>();
  let waiting = 0;
  return {
    put: (key, work) => {
      if (waiting >= waitingMax) return false;
      waiting += 1;
      const tail = (tails.get(key) ?? Promise.resolve()).then(work).finally(() => {
        waiting -= 1;
        if (tails.get(key) === tail) tails.delete(key);
      });
      tails.set(key, tail);
      return true;
    },
    settled: async () => {
      await Promise.all(tails.values());
    },
  };
}
