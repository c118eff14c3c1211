import type { EventLog, LogRecord } from '../../ops/adapters/event-log/port.ts';
import type { RecordOpener } from '../../ops/vault/port.ts';
import type { Clock } from '../../projections/clock.ts';
import { eventsTopic } from '../../schemas/records/topics.ts';
import { openItems } from '../projector/open-items.ts';
import type { ReadStore } from '../projector/store.ts';
import type { Limits } from './limits.ts';
import { shareOf, withoutPassed } from './limits.ts';

/** How far a rebuild is. */
export type RebuildStep = {
  readonly phase: 'building' | 'comparing' | 'switching';
  readonly position: bigint; // of the newest record done
  readonly done: number; // records
  readonly share: number; // of the way, 0 to 1
  readonly recordsPerSecond: number;
  readonly remainingMs: number | null; // null before there is anything to judge by
};

/** Reads the log into a store, up to given limits and never past them. */
export type Builder = {
  advance(limits: Limits, phase: RebuildStep['phase']): Promise<void>;
  /** Offsets still to be read up to the limits; no fewer than records. */
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
  const positions = new Map<number, bigint>(); // by partition
  const gap = (limits: Limits) =>
    [...limits].reduce((sum, [at, { offset }]) => sum + left(offset, store.nextOffset(at)), 0);
  const tell = (limits: Limits, phase: RebuildStep['phase']) => {
    const elapsedMs = clock.now() - startedMs;
    const share = gap(limits) === 0 ? 1 : shareOf(limits, positions);
    onStep?.({
      ...{ phase, done, share },
      position: newest(positions),
      recordsPerSecond: (done * 1_000) / Math.max(1, elapsedMs),
      remainingMs: share === 0 ? null : (elapsedMs * (1 - share)) / share,
    });
  };
  const take = async (records: readonly LogRecord[]) => {
    const reached = await store.apply(await openItems(opener, records));
    for (const [partition, position] of reached) positions.set(partition, position);
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
    let open = limits;
    for await (const { records } of batches) {
      const wanted = records.filter(
        ({ partition, offset }) => offset < (limits.get(partition)?.offset ?? 0),
      );
      await take(wanted);
      tell(limits, phase);
      open = withoutPassed(open, records);
      if (gap(open) === 0 || signal.aborted) break;
    }
  };
  return { advance, gap, records: () => done, stopped: () => signal.aborted };
}

function left(limit: number, next: number): number {
  return Math.max(0, limit - next);
}

function newest(positions: ReadonlyMap<number, bigint>): bigint {
  return [...positions.values()].reduce((one, other) => (one > other ? one : other), 0n);
}
