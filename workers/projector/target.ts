import type { ParleyEvent } from '../../domain/recorded.ts';
import type { LogRecord } from '../../ops/adapters/event-log/port.ts';
import type { Unreadable, Watermark } from '../../ops/vault/port.ts';
import type { Change } from '../../projections/change.ts';
import type { Projection } from '../../projections/projection.ts';

/**
 * Where a projection is being written: its live schema, or the one that a rebuild makes beside it.
 */
export type Target = {
  readonly projection: Projection;
  readonly name: string; // under which checkpoints and parked events are kept
  readonly schema: string;
};

export function liveTarget(projection: Projection): Target {
  return { projection, name: projection.name, schema: schemaOf(projection) };
}

export function nextTarget(projection: Projection): Target {
  return {
    projection,
    name: `${projection.name}@next`, // ReadProgress leaves names with an @ out
    schema: `${schemaOf(projection)}_next`,
  };
}

export function schemaOf({ name }: Projection): string {
  return name.replaceAll('-', '_');
}

/** A record with what was in it. */
export type Item = {
  readonly record: LogRecord;
  readonly content: ParleyEvent | Watermark | Unreadable | null;
};

/** An event as a projection wants it done. */
export type Planned = {
  readonly record: LogRecord;
  readonly position: bigint;
  readonly changes: readonly Change[];
};

/**
 * An event that is put aside: for a reason of its own, or (null) because one before it under its
 * key was.
 */
export type Parking = {
  readonly record: Pick<LogRecord, 'key' | 'value'>;
  readonly position: bigint;
  readonly reason: string | null;
};
