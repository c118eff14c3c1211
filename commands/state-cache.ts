import type { Loaded } from './aggregate.ts';

/** States between commands, the least recently used dropped first, bounded by what they hold. */
export type StateCache<State> = {
  get(key: string): Loaded<State> | null;
  put(key: string, loaded: Loaded<State>): void;
  drop(key: string): void;
};

export function openStateCache<State>(
  weigh: (state: State) => number,
  recordsMax: number,
): StateCache<State> {
  const cached = new Map<string, { readonly loaded: Loaded<State>; readonly weight: number }>();
  let records = 0;
  const drop = (key: string): void => {
    const entry = cached.get(key);
    if (!entry) return;
    records -= entry.weight;
    cached.delete(key);
  };
  return {
    get: (key) => cached.get(key)?.loaded ?? null,
    put: (key, loaded) => {
      drop(key);
      const weight = 1 + weigh(loaded.state);
      records += weight;
      cached.set(key, { loaded, weight });
      for (const oldest of cached.keys()) {
        if (records <= recordsMax || oldest === key) break;
        drop(oldest);
      }
    },
    drop,
  };
}
