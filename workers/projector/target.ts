import type { ParleyEvent } from '../../domain/recorded.ts';
import type { LogRecord } from '../../ops/adapters/event-log/port.ts';
import type { Statements } from '../../ops/adapters/tables/port.ts';
import type { Unreadable, Watermark } from '../../ops/vault/port.ts';
import type { Change } from '../../projections/change.ts';
import type { Projection } from '../../projections/projection.ts';
import { writeCarefully, writeEvents } from './write.ts';

/** Where events lead: what a projection wants of each, and how that is written. */
export type Destination<Wanted> = {
  readonly name: string; // under which checkpoints and parked events are kept
  readonly projection: {
    readonly version: number;
    readonly handles: ReadonlySet<string>;
    readonly changes: (recorded: ParleyEvent) => readonly Wanted[];
  };
  /** Rejects with the first error; the transaction is one that moves the checkpoint. */
  write(tx: Statements, events: readonly Planned<Wanted>[]): Promise<void>;
  /** The same, but what is refused is put aside; failures of the machine reject. */
  writeCarefully(tx: Statements, events: readonly Planned<Wanted>[]): Promise<readonly Parking[]>;
};

/** Where rows lie. */
export type RowPlace = { readonly projection: Projection; readonly schema: string };

/**
 * Where a projection is being written: its live schema, or the one that a rebuild makes beside it.
 */
export type Target = Destination<Change> & RowPlace;

export function liveTarget(projection: Projection): Target {
  return target({ projection, name: projection.name, schema: schemaOf(projection) });
}

export function nextTarget(projection: Projection): Target {
  return target({
    projection,
    name: `${projection.name}@next`, // ReadProgress leaves names with an @ out
    schema: `${schemaOf(projection)}_next`,
  });
}

function target(where: RowPlace & { readonly name: string }): Target {
  return {
    ...where,
    write: (tx, events) => writeEvents(tx, where, events),
    writeCarefully: (tx, events) => writeCarefully(tx, where, events),
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
export type Planned<Wanted = Change> = {
  readonly record: LogRecord;
  readonly position: bigint;
  readonly changes: readonly Wanted[];
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
