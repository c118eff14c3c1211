/** How long to wait before the next try. */
export type Backoff = {
  readonly firstDelayMs: number;
  readonly delayMsMax: number;
  readonly chance: () => number; // [0, 1)
};

/**
 * Doubles with each failure up to the limit; half of it is chance, so that many do not come back at
 * once.
 */
export function backoffMs({ firstDelayMs, delayMsMax, chance }: Backoff, failures: number): number {
  const full = Math.min(delayMsMax, firstDelayMs * 2 ** Math.min(failures - 1, 30));
  return full / 2 + (full / 2) * chance();
}
