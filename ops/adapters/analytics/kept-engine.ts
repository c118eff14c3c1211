import { setTimeout as pause } from 'node:timers/promises';
import type { EngineProcess } from './engine-process.ts';
import { startEngine } from './engine-process.ts';

/** An engine of ours that is started again whenever it ends without being asked. */
export type KeptEngine = {
  readonly url: string;
  pid(): number;
  stop(): Promise<void>;
};

const firstDelayMs = 100;
const delayMsMax = 5_000;
const leavesWithinMs = 10_000;

/**
 * Killed, crashed or out of memory: it comes back at the same address, so that whoever asks finds
 * it by asking again.
 */
export async function keepEngine(folder: string): Promise<KeptEngine> {
  const stopping = new AbortController();
  let running = await startFirst(folder);
  const { url } = running;
  let restart: Promise<void> = Promise.resolve();
  const startAgain = async (): Promise<void> => {
    for (let delayMs = firstDelayMs; ; delayMs = Math.min(2 * delayMs, delayMsMax)) {
      await pause(delayMs, undefined, { signal: stopping.signal });
      const started = await startEngine(folder, { orAny: false }).catch(() => null);
      if (started === null) continue; // its own words are in its log
      running = started;
      return;
    }
  };
  const keep = async (): Promise<void> => {
    for (;;) {
      await running.exited;
      if (stopping.signal.aborted) return;
      restart = startAgain().catch(() => undefined); // only stopping ends it
      await restart;
    }
  };
  void keep();
  return {
    url,
    pid: () => running.pid,
    stop: async () => {
      stopping.abort();
      await restart; // it may be starting just now
      await running.stop();
    },
  };
}

/** One whose owner was killed a moment ago may not have let go of the folder yet. */
async function startFirst(folder: string): Promise<EngineProcess> {
  const until = performance.now() + leavesWithinMs;
  for (;;) {
    try {
      return await startEngine(folder, { orAny: true });
    } catch (cause) {
      const isHeld = /does not start/.test(cause instanceof Error ? cause.message : '');
      if (!isHeld || performance.now() > until) throw cause;
      await pause(firstDelayMs);
    }
  }
}
