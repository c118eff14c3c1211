import type { Clock } from '../../projections/clock.ts';
import type { Scheduler } from './scheduler.ts';

/**
 * One run of a process, from its start to its end. Everything that it waits for comes through here,
 * so a process that has ended, or that stands still, notices nothing: it simply does not go on.
 */
export type Life = {
  readonly name: string;
  readonly clock: Clock;
  ended(): boolean;
  /**
   * Lets something happen inside the process; never once it has ended, later while it stands still.
   */
  inside(delayMs: number, run: () => void): () => void;
  /**
   * Asks a machine: the question arrives after the first delay even if the asker stands still, and
   * is lost with one that has ended; the answer comes after the second.
   */
  ask<Answer>(delays: Delays, effect: () => Answer | Promise<Answer>): Promise<Answer>;
  /**
   * Called when the process ends, in the order in which it was asked for; answers how to call it
   * off.
   */
  whenEnded(run: () => void | Promise<void>): () => void;
  /** The process does not go on for so long: a long collection of garbage, a laptop that sleeps. */
  standStill(forMs: number): void;
  end(): Promise<void>;
};

export type Delays = { readonly thereMs: number; readonly backMs: number };

export function openLife(name: string, scheduler: Scheduler): Life {
  const endings = new Set<() => void | Promise<void>>();
  let isOver = false;
  let standsUntilMs = 0;

  const inside = (delayMs: number, run: () => void): (() => void) => {
    let cancel = scheduler.at(delayMs, function now() {
      if (isOver) return;
      const restMs = standsUntilMs - scheduler.now();
      if (restMs > 0) cancel = scheduler.at(restMs, now);
      else run();
    });
    return () => cancel();
  };

  return {
    name,
    inside,
    clock: { now: scheduler.now, setTimer: inside, turn: (run) => void inside(0, run) },
    ended: () => isOver,
    ask: ({ thereMs, backMs }, effect) =>
      new Promise((resolve, reject) => {
        scheduler.at(thereMs, async () => {
          if (isOver) return;
          try {
            const answer = await effect();
            inside(backMs, () => resolve(answer));
          } catch (cause) {
            inside(backMs, () => reject(cause));
          }
        });
      }),
    whenEnded: (run) => {
      endings.add(run);
      return () => endings.delete(run);
    },
    standStill: (forMs) => {
      standsUntilMs = Math.max(standsUntilMs, scheduler.now() + forMs);
    },
    end: async () => {
      if (isOver) return;
      isOver = true;
      for (const run of endings) await run();
    },
  };
}
