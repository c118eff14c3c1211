import type { LogRecord } from '../../ops/adapters/event-log/port.ts';

/** For each partition where a rebuild stops: before this offset, at this position. */
export type Limits = ReadonlyMap<number, Limit>;
export type Limit = { readonly offset: number; readonly position: bigint };

/** No further than the newest records: read models may know of some that a power cut took. */
export function withinLog(limits: Limits, newest: readonly (LogRecord | null)[]): Limits {
  return new Map(
    [...limits].map(([partition, { offset, position }]) => {
      const end = (newest[partition]?.offset ?? -1) + 1;
      return [partition, { offset: Math.min(offset, end), position }];
    }),
  );
}

/** Those that no record has gone beyond: one that has says that none is left before the limit. */
export function withoutPassed(limits: Limits, records: readonly LogRecord[]): Limits {
  const passed = new Set(
    records
      .filter(({ partition, offset }) => offset >= (limits.get(partition)?.offset ?? offset))
      .map(({ partition }) => partition),
  );
  return new Map([...limits].filter(([partition]) => !passed.has(partition)));
}

/**
 * How much of the way is done, 0 to 1. By positions: a crash leaves offsets unused, a million of
 * them at once, and counting those as records makes an estimate worthless. Each partition counts
 * alike; one in which there is nothing is done.
 */
export function shareOf(limits: Limits, reached: ReadonlyMap<number, bigint>): number {
  const shares = [...limits].map(([partition, { position }]) =>
    position === 0n ? 1 : Math.min(1, Number(reached.get(partition) ?? 0n) / Number(position)),
  );
  return shares.length === 0 ? 1 : shares.reduce((sum, share) => sum + share, 0) / shares.length;
}
