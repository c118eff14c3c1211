/** Keys that exist, the least recently used forgotten first. */
export type KeyCache = {
  has(name: string): boolean;
  get(name: string): Buffer | null;
  put(name: string, key: Buffer): void;
  forget(name: string): void;
};

export function openKeyCache(keysMax: number): KeyCache {
  let young = new Map<string, Buffer>();
  let old = new Map<string, Buffer>();
  const put = (name: string, key: Buffer): void => {
    young.set(name, key);
    if (young.size < keysMax / 2) return;
    old = young;
    young = new Map();
  };
  const get = (name: string): Buffer | null => {
    const found = young.get(name);
    if (found) return found;
    const aged = old.get(name);
    if (aged) put(name, aged);
    return aged ?? null;
  };
  return {
    has: (name) => get(name) !== null,
    get,
    put,
    forget: (name) => {
      young.delete(name);
      old.delete(name);
    },
  };
}
