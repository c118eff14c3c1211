import { setTimeout as pause } from 'node:timers/promises';
import type { PostgresProcess } from './postgres-process.ts';
import { startPostgres } from './postgres-process.ts';

/** A Postgres of ours that is started again whenever it ends without being asked. */
export type KeptPostgres = Omit<PostgresProcess, 'exited'> & {
  /** Why it could not be started again the last time; null while it runs. */
  failure(): string | null;
};

const firstDelayMs = 100;
const delayMsMax = 5_000;
const leavesWithinMs = 10_000;

/**
 * Killed, out of memory, or given up because the disk was full: it comes back on the same socket,
 * so that whoever works on it finds it again by asking again. It is tried until it starts, or
 * until it is stopped. It never restarts within itself (see `restart_after_crash` beside this, and
 * ops/docs/faults.md for what was seen when it did).
 */
export async function keepPostgres(folder: string): Promise<KeptPostgres> {
  const stopping = new AbortController();
  let running = await startFirst(folder);
  let failure: string | null = null;
  const { socketFolder, password, passwordFile } = running;

  const startAgain = async (): Promise<void> => {
    for (let delayMs = firstDelayMs; ; delayMs = Math.min(2 * delayMs, delayMsMax)) {
      await pause(delayMs, undefined, { signal: stopping.signal });
      try {
        running = await startPostgres(folder, { socketFolder });
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
      restart = startAgain().catch(() => undefined); // only stopping ends it
      await restart;
    }
  };
  void keep();

  return {
    ...{ socketFolder, password, passwordFile },
    failure: () => failure,
    stop: async () => {
      stopping.abort();
      await restart; // it may be starting just now
      await running.stop();
    },
  };
}

/**
 * One that was killed a moment ago may not have left yet: its number, or memory of its children.
 */
async function startFirst(folder: string): Promise<PostgresProcess> {
  const until = performance.now() + leavesWithinMs;
  for (;;) {
    try {
      return await startPostgres(folder);
    } catch (cause) {
      const isLeaving = /already exists|still in use/.test(
        cause instanceof Error ? cause.message : '',
      );
      if (!isLeaving || performance.now() > until) throw cause;
      await pause(firstDelayMs);
    }
  }
}
