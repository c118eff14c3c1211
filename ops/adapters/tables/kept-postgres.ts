import { keepProcess } from '../../kept-process.ts';
import type { PostgresProcess } from './postgres-process.ts';
import { startPostgres } from './postgres-process.ts';

/** A Postgres of ours that is started again whenever it ends without being asked. */
export type KeptPostgres = Omit<PostgresProcess, 'exited'> & {
  /** Why it could not be started again the last time; null while it runs. */
  failure(): string | null;
};

/**
 * Killed, out of memory, or given up because the disk was full: it comes back on the same socket,
 * so that whoever works on it finds it again by asking again. It is tried until it starts, or
 * until it is stopped. It never restarts within itself (see `restart_after_crash` beside this, and
 * ops/docs/faults.md for what was seen when it did). At the first start one that was killed a
 * moment ago may not have left yet: its number, or memory of its children.
 */
export async function keepPostgres(folder: string): Promise<KeptPostgres> {
  const { now, failure, stop } = await keepProcess({
    start: () => startPostgres(folder),
    startAgain: ({ socketFolder }) => startPostgres(folder, { socketFolder }),
    isLeaving: /already exists|still in use/,
  });
  const { socketFolder, password, passwordFile } = now();
  return { socketFolder, password, passwordFile, failure, stop };
}
