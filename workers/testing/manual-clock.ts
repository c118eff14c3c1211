import type { Clock } from '../../projections/clock.ts';

/** A clock that moves when it is told to, and runs what falls due on the way, in order. */
export type ManualClock = Clock & {
  /** Lets everything that is ready go on, moves, and lets what was woken go on. */
  advance(byMs: number): Promise<void>;
  /** Timers that are set. */
  timers(): number;
};

export function manualClock(): ManualClock {
  let nowMs = 0;
  const timers = new Set<{ readonly atMs: number; readonly run: () => void }>();
  const next = (untilMs: number) =>
    [...timers].filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)[0];
  const settle = async () => {
    for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  };
  return {
    now: () => nowMs,
    setTimer: (delayMs, run) => {
      const timer = { atMs: nowMs + delayMs, run };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    turn: (run) => void setImmediate(run),
    advance: async (byMs) => {
      const untilMs = nowMs + byMs;
      await settle();
      for (let due = next(untilMs); due; due = next(untilMs)) {
        timers.delete(due);
        nowMs = due.atMs;
        due.run();
        await settle();
      }
      nowMs = untilMs;
    },
    timers: () => timers.size,
  };
}
