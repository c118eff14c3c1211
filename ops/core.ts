import type { Commands } from '../commands/commands.ts';
import { projections } from '../projections/all.ts';
import type { ReadProgress } from '../projections/progress.ts';
import { followProgress } from '../projections/progress.ts';
import { eventsPartitions, eventsTopic } from '../schemas/records/topics.ts';
import { leaveLostLog } from '../workers/projector/checkpoints.ts';
import { ensureSchemas } from '../workers/projector/schemas.ts';
import type { Runner } from '../workers/worker.ts';
import type { Config } from './config/config.ts';
import type { Machines } from './machines.ts';
import type { Log } from './observe/log.ts';
import type { Tracing } from './observe/port.ts';
import { wireCommands } from './wiring.ts';
import { partitionOfKey, runWorkers } from './workers.ts';

/** What every process is made of, whatever its machines are; the API comes on top. */
export type Core = {
  readonly runner: Runner;
  readonly progress: ReadProgress;
  readonly commands: Commands;
  [Symbol.asyncDispose](): Promise<void>;
};

export type CoreOptions = {
  readonly workers: Config['workers'];
  /** For the read models: after a kill they may lack the newest rows. */
  readonly patienceMs: number;
  /** Where traces are recorded. */
  readonly tracing?: Tracing | null;
};

/** Starts workers and commands; nobody is let in before the read models are back. */
export async function openCore(
  machines: Machines,
  { workers, patienceMs, tracing = null }: CoreOptions,
  log: Log,
): Promise<Core> {
  await using opened = new AsyncDisposableStack();
  const { eventLog, eventStore, tables, promptTables, cache, clock } = machines;
  await eventLog.ensureTopic(eventsTopic, {
    partitions: eventsPartitions,
    retentionMs: 'for-ever',
  });
  await ensureSchemas(tables, projections); // before anybody may ask them
  await leaveLostLog(tables, () => eventLog.ends(eventsTopic));
  const runner = opened.adopt(runWorkers(workers, machines, log), async (running) => {
    await running.stop();
  });
  const progress = opened.use(
    await followProgress({
      ...{ cache, tables: promptTables, clock },
      ...{ partitions: eventsPartitions, partitionOf: partitionOfKey },
    }),
  );
  await progress.waitFor(await eventStore.head(), { timeoutMs: patienceMs, patient: true });
  const commands = opened.use(wireCommands(machines, progress, { log, tracing }));
  const kept = opened.move();
  return { runner, progress, commands, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}
