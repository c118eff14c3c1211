import type { EventLog, LogRecord } from '../../ops/adapters/event-log/port.ts';
import type { RecordOpener } from '../../ops/vault/port.ts';
import type { Clock } from '../../projections/clock.ts';
import { eventsTopic } from '../../schemas/records/topics.ts';
import { openItems } from '../projector/open-items.ts';
import type { ReadStore } from '../projector/store.ts';

/** How far a rebuild is. */
export type RebuildStep = {
  readonly phase: 'building' | 'comparing' | 'switching';
  readonly position: bigint; // of the newest record done
  readonly done: number; // records
  readonly total: number; // records, as far as is known now
  readonly recordsPerSecond: number;
  readonly remainingMs: number;
};

/** For each partition the offset to stop before. */
export type Limits = ReadonlyMap<number, number>;

/** Reads the log into a store, up to given limits and never past them. */
export type Builder = {
  advance(limits: Limits, phase: RebuildStep['phase']): Promise<void>;
  /** Records still to be read up to the limits. */
  gap(limits: Limits): number;
  records(): number;
  stopped(): boolean;
};

/** What a builder is made from. */
export type BuilderOptions = {
  readonly store: ReadStore;
  readonly eventLog: EventLog;
  readonly opener: RecordOpener;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly recordsMax?: number | undefined; // in one transaction; 5,000 unless told
  readonly onStep?: ((step: RebuildStep) => void) | undefined;
};

export function openBuilder(options: BuilderOptions, signal: AbortSignal): Builder {
  const { store, eventLog, opener, clock, newId, recordsMax = 5_000, onStep } = options;
  const startedMs = clock.now();
  let done = 0;
  let position = 0n;
  const gap = (limits: Limits) =>
    [...limits].reduce((sum, [at, limit]) => sum + Math.max(0, limit - store.nextOffset(at)), 0);
  const tell = (limits: Limits, phase: RebuildStep['phase']) => {
    const recordsPerSecond = (done * 1_000) / Math.max(1, clock.now() - startedMs);
    const left = gap(limits);
    const remainingMs = (left * 1_000) / Math.max(1, recordsPerSecond);
    onStep?.({ phase, position, done, total: done + left, recordsPerSecond, remainingMs });
  };
  const take = async (records: readonly LogRecord[]) => {
    for (const reached of (await store.apply(await openItems(opener, records))).values()) {
      position = reached > position ? reached : position;
    }
    done += records.length;
  };
  const advance = async (limits: Limits, phase: RebuildStep['phase']) => {
    tell(limits, phase);
    if (gap(limits) === 0 || signal.aborted) return;
    const batches = eventLog.consume({
      topic: eventsTopic,
      group: `rebuild-${newId()}`,
      from: 'start',
      startAt: async (partition) => store.nextOffset(partition),
      recordsMax,
      signal,
    });
    for await (const { records } of batches) {
      const wanted = records.filter(
        ({ partition, offset }) => offset < (limits.get(partition) ?? 0),
      );
      await take(wanted);
      tell(limits, phase);
      if (gap(limits) === 0 || signal.aborted) break;
    }
  };
  return { advance, gap, records: () => done, stopped: () => signal.aborted };
}
