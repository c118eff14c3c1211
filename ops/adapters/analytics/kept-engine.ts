import { keepProcess } from '../../kept-process.ts';
import { startEngine } from './engine-process.ts';

/** An engine of ours that is started again whenever it ends without being asked. */
export type KeptEngine = {
  readonly url: string;
  pid(): number;
  stop(): Promise<void>;
};

/**
 * Killed, crashed or out of memory: it comes back at the same address, so that whoever asks finds
 * it by asking again. One whose owner was killed a moment ago may not have let go of the folder yet
 * at the first start; its own words are in its log.
 */
export async function keepEngine(folder: string): Promise<KeptEngine> {
  const kept = await keepProcess({
    start: () => startEngine(folder, { orAny: true }),
    startAgain: () => startEngine(folder, { orAny: false }),
    isLeaving: /does not start/,
  });
  return { url: kept.now().url, pid: () => kept.now().pid, stop: kept.stop };
}
