/** Chance that can be had again: the same seed and number bring the same choices. */
export type Chance = {
  /** 0, 1, … up to one below. */
  below(count: number): number;
  /** One of them; there must be some. */
  pick<Thing>(of: readonly Thing[]): Thing;
  oneIn(count: number): boolean;
};

/**
 * Every input has a chance of its own, from the run's seed and its number, so that a single one can
 * be made again without those before it.
 */
export function openChance(seed: number, at: number): Chance {
  let state = (Math.imul(seed, 0x9e3779b1) ^ Math.imul(at + 1, 0x85ebca6b)) >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (count: number) => Math.floor(next() * count);
  return {
    below,
    pick: <Thing>(of: readonly Thing[]) => of[below(of.length)] as Thing,
    oneIn: (count) => below(count) === 0,
  };
}
