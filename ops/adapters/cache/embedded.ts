import { hand } from './hand.ts';
import type { Cache, Registry } from './port.ts';

export type EmbeddedCacheOptions = {
  readonly now: () => number; // ms; only differences matter
  /** Above this many entries those that expire first are forgotten. */
  readonly entriesMax?: number | undefined;
};

type Entry = { readonly value: string; readonly expiresAtMs: number };

/**
 * The cache in this process. Expiry costs no timer: an entry past its time is forgotten when
 * somebody looks, and a sweep follows every thousand writes.
 */
export function openEmbeddedCache({ now, entriesMax = 200_000 }: EmbeddedCacheOptions): Cache {
  const entries = new Map<string, Entry>();
  const hashes = new Map<string, Map<string, string>>();
  const listeners = new Map<string, Set<(message: string) => void>>();
  let writes = 0;

  const live = (key: string): Entry | null => {
    const entry = entries.get(key);
    if (!entry) return null;
    if (entry.expiresAtMs > now()) return entry;
    entries.delete(key);
    return null;
  };
  const put = (key: string, value: string, expiresAtMs: number): void => {
    entries.set(key, { value, expiresAtMs });
    writes += 1;
    if (writes % 1_000 === 0 || entries.size > entriesMax) sweep(entries, now(), entriesMax);
  };

  return {
    get: async (key) => live(key)?.value ?? null,
    set: async (key, value, { expiresInMs }) => put(key, value, now() + expiresInMs),
    setIfAbsent: async (key, value, { expiresInMs }) => {
      if (live(key)) return false;
      put(key, value, now() + expiresInMs);
      return true;
    },
    delete: async (key) => {
      entries.delete(key);
    },
    increment: async (key, by, { expiresInMs }) => {
      const entry = live(key);
      const value = Number(entry?.value ?? 0) + by;
      put(key, String(value), entry?.expiresAtMs ?? now() + expiresInMs);
      return value;
    },
    hashSet: async (key, field, value) => {
      const hash = hashes.get(key) ?? new Map<string, string>();
      hashes.set(key, hash.set(field, value));
    },
    hashGetAll: async (key) => new Map(hashes.get(key)),
    hashDelete: async (key, field) => {
      const hash = hashes.get(key);
      hash?.delete(field);
      if (hash?.size === 0) hashes.delete(key);
    },
    publish: async (channel, message) => {
      for (const listener of listeners.get(channel) ?? []) {
        const stillListens = () => listeners.get(channel)?.has(listener);
        queueMicrotask(() => stillListens() && hand(listener, { channel, message }));
      }
    },
    subscribe: async (channel, listener) => {
      const all = listeners.get(channel) ?? new Set();
      listeners.set(channel, all.add(listener));
      return async () => {
        all.delete(listener);
        if (all.size === 0) listeners.delete(channel);
      };
    },
    registry: openRegistry(now),
    health: async () => ({ ok: true }),
    [Symbol.asyncDispose]: async () => {
      entries.clear();
      hashes.clear();
      listeners.clear();
    },
  };
}

function sweep(entries: Map<string, Entry>, nowMs: number, entriesMax: number): void {
  for (const [key, { expiresAtMs }] of entries) {
    if (expiresAtMs <= nowMs) entries.delete(key);
  }
  if (entries.size <= entriesMax) return;
  const soonest = [...entries].sort(([, a], [, b]) => a.expiresAtMs - b.expiresAtMs);
  for (const [key] of soonest.slice(0, entries.size - Math.floor(entriesMax * 0.9))) {
    entries.delete(key);
  }
}

function openRegistry(now: () => number): Registry {
  const rooms = new Map<string, Set<string>>();
  const leases = new Map<string, number>();
  const isLive = (gateway: string): boolean => (leases.get(gateway) ?? 0) > now();
  const leave = (gateway: string, left: Iterable<string>): void => {
    for (const room of left) {
      const inside = rooms.get(room);
      inside?.delete(gateway);
      if (inside?.size === 0) rooms.delete(room);
    }
  };
  const forgetExpired = (): void => {
    for (const gateway of [...leases.keys()].filter((each) => !isLive(each))) {
      leases.delete(gateway);
      leave(gateway, rooms.keys());
    }
  };
  return {
    enter: async (gateway, entered) => {
      for (const room of entered) {
        rooms.set(room, (rooms.get(room) ?? new Set<string>()).add(gateway));
      }
    },
    leave: async (gateway, left) => leave(gateway, left),
    gatewaysOf: async (asked) =>
      new Map(asked.map((room) => [room, [...(rooms.get(room) ?? [])].filter(isLive)])),
    renew: async (gateway, { leaseMs }) => {
      forgetExpired();
      const known = leases.has(gateway);
      leases.set(gateway, now() + leaseMs);
      return known;
    },
    gateways: async () => [...leases.keys()].filter(isLive),
  };
}
