import type { Bell } from '../../bell.ts';
import { openBell } from '../../bell.ts';
import type { LogRecord } from './port.ts';

/** Between what a library reads for a member of a group, and what the member is given. */
export type Intake = {
  /** Partitions were shared anew: what lies here is another member's now. */
  begin(partitions: readonly number[]): void;
  /** Grows with each `begin`. */
  generation(): number;
  owned(): readonly number[];
  put(partition: number, records: readonly LogRecord[]): void;
  /** Whether so little lies here that more may be read. */
  wants(partition: number): boolean;
  /** The membership is lost. */
  fail(cause: unknown): void;
  /** At most so many, and of each partition an equal part. */
  take(recordsMax: number): readonly LogRecord[];
  failure(): { readonly cause: unknown } | null;
  /** Rings at each change of what is here. */
  readonly bell: Bell;
};

/** Less than so many records of a partition, and more of it are read. */
export function openIntake(recordsMin: number): Intake {
  const bell = openBell();
  let waiting = new Map<number, LogRecord[]>();
  let generation = 0;
  let failure: { readonly cause: unknown } | null = null;
  return {
    begin: (partitions) => {
      generation += 1;
      waiting = new Map(partitions.map((partition) => [partition, []]));
      bell.ring();
    },
    generation: () => generation,
    owned: () => [...waiting.keys()],
    put: (partition, records) => {
      const queue = waiting.get(partition);
      if (!queue || records.length === 0) return;
      for (const record of records) queue.push(record);
      bell.ring();
    },
    wants: (partition) => (waiting.get(partition)?.length ?? recordsMin) < recordsMin,
    fail: (cause) => {
      failure ??= { cause };
      bell.ring();
    },
    take: (recordsMax) => {
      const filled = [...waiting].filter(([, { length }]) => length > 0).slice(0, recordsMax);
      const share = Math.floor(recordsMax / Math.max(1, filled.length));
      const taken = filled.flatMap(([, queue]) => queue.splice(0, share));
      for (const [partition, queue] of filled) {
        waiting.delete(partition); // the next ones have their turn before it
        waiting.set(partition, queue);
      }
      if (taken.length > 0) bell.ring();
      return taken;
    },
    failure: () => failure,
    bell,
  };
}
