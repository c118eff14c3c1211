import type { Delays } from './life.ts';
import type { Random } from './random.ts';

/** What may go wrong. Each seed draws some of them; none happens once everything has healed. */
export const faultNames = [
  'power-cut', // everything ends at once, and what was not flushed is lost
  'crash', // one process ends
  'pause', // one process stands still, perhaps as the holder of a lease
  'slow', // a machine takes its time
  'unavailable', // a machine does not answer before it did something
  'lost-answer', // a machine does something, and its answer is lost
  'conflict', // an append is refused although nobody else wrote
  'late', // a message between processes takes long
  'gap', // messages between processes are lost, and listeners are told so
  'lost-request', // what a person asks, or the answer to it, is lost
  'cut', // a socket is cut
  'poison', // an event that no read model can take
  'rebuild', // a read model is built anew meanwhile
] as const;

export type FaultName = (typeof faultNames)[number];

export function isFaultName(name: string): name is FaultName {
  return (faultNames as readonly string[]).includes(name);
}

/** Some of them, so that each seed has its own weather: rarely none, often a few. */
export function drawFaults(random: Random): ReadonlySet<FaultName> {
  const share = random.pick([0, 0.15, 0.3, 0.5, 0.8]);
  return new Set(faultNames.filter(() => random.chance(share)));
}

/** How machines and the network behave now. */
export type Weather = {
  /** Whether a fault of this name happens to somebody who is there at this moment. */
  strikes(name: FaultName, probability: number): boolean;
  delayMs(): number;
  /** There and back. */
  delays(): Delays;
  /** Nothing goes wrong before it has begun, nor once it has healed. */
  begin(): void;
  heal(): void;
};

/** The probabilities are those of a single question or message. */
export function openWeather(faults: ReadonlySet<FaultName>, random: Random): Weather {
  let isRough = false;
  const strikes = (name: FaultName, probability: number): boolean =>
    isRough && faults.has(name) && random.chance(probability);
  const slowest = random.pick([1, 3, 10]);
  const delayMs = () =>
    strikes('slow', 0.01) ? random.spread(20, 2_000) : random.spread(0.02, slowest);
  return {
    strikes,
    delayMs,
    delays: () => ({ thereMs: delayMs(), backMs: delayMs() }),
    begin: () => {
      isRough = true;
    },
    heal: () => {
      isRough = false;
    },
  };
}
