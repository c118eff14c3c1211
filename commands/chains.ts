/** Steps of one key run one after another; different keys do not wait for each other. */
export type Chains = {
  run<Result>(key: string, step: () => Promise<Result>): Promise<Result>;
};

export function openChains(): Chains {
  const tails = new Map<string, Promise<unknown>>();
  return {
    run: (key, step) => {
      const before = tails.get(key);
      const result = before ? before.then(step, step) : step();
      const tail = result
        .catch(() => undefined)
        .finally(() => {
          if (tails.get(key) === tail) tails.delete(key);
        });
      tails.set(key, tail);
      return result;
    },
  };
}
