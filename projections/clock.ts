/** Time as a dependency, so that a simulation can own it. */
export type Clock = {
  now(): number; // ms; only differences mean anything
  /** Calls once after the delay; answers with a function that calls it off. */
  setTimer(delayMs: number, run: () => void): () => void;
  /** Calls once whatever else is ready has had its turn. */
  turn(run: () => void): void;
};

/** The machine's own clock; its timers keep a process alive only where somebody waits for them. */
export const systemClock: Clock = {
  now: () => performance.now(),
  setTimer: (delayMs, run) => {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
  turn: (run) => void setImmediate(run),
};

/** Calls again and again until it is disposed of. */
export function every({ setTimer }: Clock, periodMs: number, run: () => void): Disposable {
  const again = (): void => {
    cancel = setTimer(periodMs, again);
    run();
  };
  let cancel = setTimer(periodMs, again);
  return { [Symbol.dispose]: () => cancel() };
}

/** Waits; ends early, without a complaint, when the signal is aborted. */
export function sleep(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const end = () => {
      cancel();
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const cancel = clock.setTimer(delayMs, end);
    signal?.addEventListener('abort', end, { once: true });
  });
}

/** Rejects when the time is over; what was asked then answers nobody. */
export async function within<Answer>(
  clock: Clock,
  timeMs: number,
  asked: Promise<Answer>,
): Promise<Answer> {
  const late = Promise.withResolvers<never>();
  const callOff = clock.setTimer(timeMs, () => late.reject(new Error('too late')));
  try {
    return await Promise.race([asked, late.promise]);
  } finally {
    callOff();
  }
}
