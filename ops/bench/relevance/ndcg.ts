/** A query with what somebody who read the candidates says of them; all others are no use. */
export type Judged = {
  readonly text: string;
  readonly wants: string;
  readonly good: readonly string[];
  readonly fair: readonly string[];
};

const placesMax = 10;

/**
 * Normalised discounted cumulative gain of the first ten: 1 when the best stand first, 0 when none
 * is any use. Good counts three times as much as fair.
 */
export function ndcgAt10(found: readonly string[], { good, fair }: Judged): number {
  const gain = new Map([
    ...fair.map((name) => [name, 1] as const),
    ...good.map((name) => [name, 3] as const),
  ]);
  const best = [...gain.values()].sort((a, b) => b - a);
  const ideal = discounted(best);
  return ideal === 0 ? 0 : discounted(found.map((name) => gain.get(name) ?? 0)) / ideal;
}

function discounted(gains: readonly number[]): number {
  return gains
    .slice(0, placesMax)
    .reduce((sum, gain, place) => sum + gain / Math.log2(place + 2), 0);
}
