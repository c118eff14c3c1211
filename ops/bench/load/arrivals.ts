import type { Latency } from './open-loop.ts';
import { openLatency } from './open-loop.ts';

/**
 * What of the messages of a load came to its devices: how late after the time at which each was
 * meant to be sent, which twice, which out of order.
 */
export type Arrivals = {
  /** The message with this mark was meant to be sent now. */
  meant(mark: number, atMs: number): void;
  /** For a device in one conversation: tell it what arrived there. */
  listener(): (mark: number, number: number) => void;
  came(): number; // deliveries so far, repeats left out
  twice(): number;
  disordered(): number;
  latency(): Latency;
  /** Forgets latencies so far: warming up is not measured. */
  begin(): void;
};

export function openArrivals(onArrival: (mark: number) => void = () => undefined): Arrivals {
  const meantAt: number[] = [];
  let latency = openLatency();
  let [came, twice, disordered] = [0, 0, 0];
  return {
    meant: (mark, atMs) => {
      meantAt[mark] = atMs;
    },
    listener: () => {
      const seen = new Set<number>();
      let newest = 0;
      return (mark, number) => {
        if (number <= newest) {
          if (seen.has(number)) {
            twice += 1;
            return;
          }
          disordered += 1;
        }
        newest = Math.max(newest, number);
        seen.add(number);
        came += 1;
        latency.record(performance.now() - (meantAt[mark] ?? 0));
        onArrival(mark);
      };
    },
    came: () => came,
    twice: () => twice,
    disordered: () => disordered,
    latency: () => latency.read(),
    begin: () => {
      latency = openLatency();
    },
  };
}
