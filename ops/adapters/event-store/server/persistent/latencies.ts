/** How long the newest answers took, as a table of whole milliseconds. */
export type Latencies = {
  note(ms: number): void;
  table(): readonly (readonly [key: string, ms: number])[];
};

const keptMax = 500;

const shares: Readonly<Record<string, number>> = {
  ...{ Fastest: 0, 'Quintile 1': 0.2, 'Quintile 2': 0.4, 'Quintile 3': 0.6, 'Quintile 4': 0.8 },
  ...{ 'Quintile 5': 1, '90%': 0.9, '95%': 0.95, '99%': 0.99, '99.5%': 0.995, '99.9%': 0.999 },
  ...{ Median: 0.5, Highest: 1 },
};

export function openLatencies(): Latencies {
  const kept: number[] = [];
  let next = 0;
  return {
    note: (ms) => {
      kept[next] = ms;
      next = (next + 1) % keptMax;
    },
    table: () => {
      const sorted = kept.toSorted((a, b) => a - b);
      const mean = sorted.reduce((sum, ms) => sum + ms, 0) / Math.max(1, sorted.length);
      const rows = Object.entries(shares).map(
        ([key, share]) => [key, Math.round(atShare(sorted, share))] as const,
      );
      return [['Mean', Math.round(mean)] as const, ...rows];
    },
  };
}

function atShare(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}
