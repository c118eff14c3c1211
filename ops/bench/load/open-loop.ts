import type { RecordableHistogram } from 'node:perf_hooks';
import { createHistogram } from 'node:perf_hooks';

/** Latencies in microseconds, counted from the time at which a thing was meant to be sent. */
export type Latency = {
  readonly p50: number; // ms
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
  readonly count: number;
};

export function openLatency() {
  const histogram: RecordableHistogram = createHistogram({ figures: 3, highest: 600_000_000 });
  return {
    record: (ms: number) => histogram.record(Math.max(1, Math.round(ms * 1_000))),
    read: (): Latency => ({
      p50: histogram.percentile(50) / 1_000,
      p99: histogram.percentile(99) / 1_000,
      p999: histogram.percentile(99.9) / 1_000,
      max: histogram.count === 0 ? 0 : histogram.max / 1_000,
      count: histogram.count,
    }),
  };
}

/**
 * Calls `send` for each of the sends at its intended time, whether earlier ones were answered or
 * not: a server that stalls is charged for all who had to wait (no coordinated omission).
 */
export function offer(
  { perSecond, count }: { readonly perSecond: number; readonly count: number },
  send: (at: number, intendedMs: number) => void,
): Promise<void> {
  const startedAt = performance.now() + 5;
  let sent = 0;
  return new Promise((resolve) => {
    const turn = (): void => {
      const due = Math.min(
        count,
        Math.floor(((performance.now() - startedAt) * perSecond) / 1_000),
      );
      for (; sent < due; sent += 1) send(sent, startedAt + (sent * 1_000) / perSecond);
      if (sent < count) setTimeout(turn, 1);
      else resolve();
    };
    turn();
  });
}

/** Waits until it holds, and says whether it came to. */
export async function until(holds: () => boolean, withinMs: number): Promise<boolean> {
  const deadline = performance.now() + withinMs;
  while (!holds()) {
    if (performance.now() > deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return true;
}
