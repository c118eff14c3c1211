import { setTimeout as pause } from 'node:timers/promises';

/** A process of ours, under way. */
export type Running = {
  /** Resolves when it is gone, whoever ended it. */
  readonly exited: Promise<void>;
  stop(): Promise<void>;
};

/** One that is started again whenever it ends without being asked. */
export type Kept<Process extends Running> = {
  now(): Process;
  /** Why it could not be started again the last time; null while it runs. */
  failure(): string | null;
  stop(): Promise<void>;
};

export type Keeping<Process extends Running> = {
  start(): Promise<Process>;
  /** Where the one before was, so that whoever works on it finds this one. */
  startAgain(before: Process): Promise<Process>;
  /** Whether a first start failed only because one that was killed has not left yet. */
  readonly isLeaving: RegExp; // the message
};

const firstDelayMs = 100;
const delayMsMax = 5_000;
const leavesWithinMs = 10_000;

/** It is tried until it starts, with a delay that grows, or until it is stopped. */
export async function keepProcess<Process extends Running>({
  start,
  startAgain,
  isLeaving,
}: Keeping<Process>): Promise<Kept<Process>> {
  const stopping = new AbortController();
  let running = await startFirst(start, isLeaving);
  let failure: string | null = null;
  const again = async (): Promise<void> => {
    for (let delayMs = firstDelayMs; ; delayMs = Math.min(2 * delayMs, delayMsMax)) {
      await pause(delayMs, undefined, { signal: stopping.signal });
      try {
        running = await startAgain(running);
        failure = null;
        return;
      } catch (cause) {
        failure = cause instanceof Error ? cause.message : 'unknown';
      }
    }
  };
  let restart: Promise<void> = Promise.resolve();
  const keep = async (): Promise<void> => {
    for (;;) {
      await running.exited;
      if (stopping.signal.aborted) return;
      restart = again().catch(() => undefined); // only stopping ends it
      await restart;
    }
  };
  void keep();
  return {
    now: () => running,
    failure: () => failure,
    stop: async () => {
      stopping.abort();
      await restart; // it may be starting just now
      await running.stop();
    },
  };
}

async function startFirst<Process>(
  start: () => Promise<Process>,
  isLeaving: RegExp,
): Promise<Process> {
  const until = performance.now() + leavesWithinMs;
  for (;;) {
    try {
      return await start();
    } catch (cause) {
      const leaves = cause instanceof Error && isLeaving.test(cause.message);
      if (!leaves || performance.now() > until) throw cause;
      await pause(firstDelayMs);
    }
  }
}
