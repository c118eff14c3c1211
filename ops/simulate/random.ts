import { createHash } from 'node:crypto';

/** Chance that a seed decides. Forks are independent: drawing from one changes no other. */
export type Random = {
  /** [0, 1) */
  next(): number;
  /** A whole number from 0 on, below the limit. */
  below(limit: number): number;
  chance(probability: number): boolean;
  /** One of them; there must be one. */
  pick<Item>(items: readonly Item[]): Item;
  /** Exponential: how long until something happens that happens so often. */
  around(mean: number): number;
  /** As likely between 1 and 10 as between 10 and 100. */
  spread(from: number, to: number): number;
  bytes(count: number): Buffer;
  fork(name: string): Random;
};

/** The same seed gives the same numbers, on every machine. */
export function openRandom(seed: string): Random {
  const next = smallFastCounting(createHash('sha256').update(seed).digest());
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    next,
    below,
    chance: (probability) => next() < probability,
    pick: (items) => {
      const picked = items[below(items.length)];
      if (picked === undefined) throw new RangeError('there is nothing to pick from');
      return picked;
    },
    around: (mean) => -Math.log(1 - next()) * mean,
    spread: (from, to) => from * (to / from) ** next(),
    bytes: (count) => Buffer.from(Array.from({ length: count }, () => below(256))),
    fork: (name) => openRandom(`${seed}/${name}`),
  };
}

/** Chris Doty-Humphrey's sfc32: three words of state and a counter. */
function smallFastCounting(seed: Buffer): () => number {
  let [a, b, c, count] = [0, 4, 8, 12].map((at) => seed.readInt32LE(at)) as [
    number,
    number,
    number,
    number,
  ];
  return () => {
    const sum = (((a + b) | 0) + count) | 0;
    count = (count + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return (sum >>> 0) / 4_294_967_296;
  };
}
