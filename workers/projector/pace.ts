import type { Cache } from '../../ops/adapters/cache/port.ts';
import type { Clock } from '../../projections/clock.ts';
import { sleep } from '../../projections/clock.ts';
import { readWantedChannel } from '../../schemas/records/gateway-message.ts';

/**
 * From the beginning of one transaction to that of the next while little comes. A transaction costs
 * much the same for one event or a hundred, so a steady flow that nobody waits for is written in
 * few of them; an event after a quiet moment waits for nothing.
 */
export type Pace = {
  readonly unwatchedMs: number; // nobody waits for the read models; 100 unless told
  readonly wantedMs: number; // somebody does; 20 unless told
};

const usualPace: Pace = { unwatchedMs: 100, wantedMs: 20 };

/** The projector's rests between its transactions. */
export type Rests = {
  /** Resolves when the next transaction may begin; who waits for the read models shortens it. */
  rest(begunMs: number, signal: AbortSignal): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
};

/** Listens for those who wait; what they say before a rest counts for that rest. */
export async function openRests({
  cache,
  clock,
  pace = usualPace,
}: {
  readonly cache: Cache;
  readonly clock: Clock;
  readonly pace?: Pace | undefined;
}): Promise<Rests> {
  let wanted = new AbortController();
  const leave = await cache.subscribe(readWantedChannel, () => wanted.abort('wanted'));
  const restUntil = (atMs: number, ends: () => AbortSignal): Promise<void> => {
    const restMs = atMs - clock.now();
    return restMs > 0 ? sleep(clock, restMs, ends()) : Promise.resolve();
  };
  return {
    rest: async (begunMs, signal) => {
      await restUntil(begunMs + pace.wantedMs, () => signal);
      await restUntil(begunMs + pace.unwatchedMs, () => AbortSignal.any([signal, wanted.signal]));
      if (wanted.signal.aborted) wanted = new AbortController();
    },
    [Symbol.asyncDispose]: leave,
  };
}
