export type Point = readonly [x: number, y: number];

/** The line that fits the points best, and how well: R² of 1 is a line. */
export type Line = { readonly intercept: number; readonly slope: number; readonly r2: number };

export function linearFit(points: readonly Point[]): Line {
  const meanX = mean(points.map(([x]) => x));
  const meanY = mean(points.map(([, y]) => y));
  const sum = (of: (point: Point) => number) => points.reduce((all, point) => all + of(point), 0);
  const spread = sum(([x]) => (x - meanX) ** 2);
  const slope = spread === 0 ? 0 : sum(([x, y]) => (x - meanX) * (y - meanY)) / spread;
  const intercept = meanY - slope * meanX;
  const total = sum(([, y]) => (y - meanY) ** 2);
  const left = sum(([x, y]) => (y - intercept - slope * x) ** 2);
  return { intercept, slope, r2: total === 0 ? 1 : 1 - left / total };
}

/** How the cost grows: y ~ x to the power of this. 0 is flat, 1 linear. */
export function exponent(points: readonly Point[]): number {
  return linearFit(points.map(([x, y]) => [Math.log(x), Math.log(Math.max(y, 1e-9))])).slope;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
