import { createHash } from 'node:crypto';
import type { Analytics, FactValue } from '../../ops/adapters/analytics/port.ts';
import type { LogRecord } from '../../ops/adapters/event-log/port.ts';
import type { Pseudonyms, RecordOpener } from '../../ops/vault/port.ts';
import type { FactRow } from '../../projections/facts/changes.ts';
import { changes, namedIn } from '../../projections/facts/changes.ts';
import { hourOf } from '../../projections/facts/rollups.ts';
import type { Generation } from '../../projections/facts/statements.ts';
import { tableOf } from '../../projections/facts/statements.ts';
import type { Column } from '../../projections/facts/table.ts';
import { emptyIn } from '../../projections/facts/table.ts';
import type { TableName } from '../../projections/facts/tables.ts';
import { tables } from '../../projections/facts/tables.ts';

/** How far a partition is. */
export type Place = {
  readonly position: bigint;
  readonly eventPosition: bigint; // of its newest event; 0: none seen
  readonly storedAtMs: number;
};

/** What records of the topic come to. */
export type Facts = {
  readonly rows: ReadonlyMap<TableName, readonly FactRow['values'][]>;
  readonly hours: ReadonlySet<number>; // that have to be counted anew
  readonly places: ReadonlyMap<number, Place>;
  readonly unreadable: readonly bigint[]; // positions of events that no codec reads
};

/** Nothing of an event that cannot be read is counted; the projector parks and shows it. */
export async function factsOf(
  records: readonly LogRecord[],
  { opener, pseudonyms }: { readonly opener: RecordOpener; readonly pseudonyms: Pseudonyms },
): Promise<Facts> {
  const opened = await opener.open(records.map(({ value }) => value));
  const events = opened.flatMap((one) => (one !== null && 'event' in one ? [one] : []));
  const names = await pseudonyms.namesFor(events.flatMap((event) => namedIn(event).people));
  const rows = new Map<TableName, Map<string, FactRow['values']>>();
  for (const event of events) {
    for (const change of changes(event, names)) {
      const known = rows.get(change.table) ?? new Map<string, FactRow['values']>();
      const row = whole(change);
      rows.set(change.table, known.set(JSON.stringify(row), row));
    }
  }
  const folded = new Map([...rows].map(([table, known]) => [table, [...known.values()]]));
  return {
    rows: folded,
    hours: hoursOf(folded),
    places: placesIn(records, opened),
    unreadable: opened.flatMap((one) => (one?.category === 'unreadable' ? [one.position] : [])),
  };
}

/** Inserted again, also in other batches, it comes to the same rows: they fold by key. */
export async function insertFacts(
  analytics: Analytics,
  { rows }: Facts,
  { generation, token }: { readonly generation: Generation; readonly token: string },
): Promise<void> {
  for (const [table, values] of rows) {
    for (let at = 0; at < values.length; at += rowsMax) {
      await analytics.insert({
        table: tableOf(table, generation),
        token: `${token}/${at}`,
        rows: values.slice(at, at + rowsMax),
      });
    }
  }
}

const rowsMax = 50_000; // of an insert: an event of a large group makes a thousand

/** Every row of a table names the same columns. */
function whole({ table, values }: FactRow): FactRow['values'] {
  return { ...blank[table], ...values };
}

const blank = Object.fromEntries(
  Object.entries(tables).map(([name, { columns }]) => [name, blankRow(columns)]),
) as Readonly<Record<TableName, FactRow['values']>>;

function blankRow(columns: Readonly<Record<string, Column>>): FactRow['values'] {
  const row: Record<string, FactValue> = {};
  for (const [name, column] of Object.entries(columns)) {
    const empty = emptyIn(column);
    if (empty !== undefined) row[name] = empty;
  }
  return row;
}

/**
 * Names the records of a batch by their offsets and the newest of them: the same records, the same
 * token, and another one where a log that was lost has others at these offsets.
 */
export function tokenOf(generation: Generation, records: readonly LogRecord[]): string {
  const spans = new Map<number, { first: number; last: number }>();
  for (const { partition, offset } of records) {
    const span = spans.get(partition);
    if (span) span.last = offset;
    else spans.set(partition, { first: offset, last: offset });
  }
  const said = [...spans]
    .sort(([a], [b]) => a - b)
    .map(([partition, { first, last }]) => `${partition}:${first}-${last}`);
  const newest = createHash('sha256').update(records.at(-1)?.value ?? '');
  return [generation, ...said, newest.digest('base64url').slice(0, 16)].join('/');
}

function hoursOf(rows: Facts['rows']): ReadonlySet<number> {
  const hours = new Set<number>();
  for (const row of rows.get('fact_events') ?? []) hours.add(hourOf(String(row.occurred_at)));
  for (const row of rows.get('fact_marks') ?? []) hours.add(hourOf(String(row.marked_at)));
  return hours;
}

function placesIn(
  records: readonly LogRecord[],
  opened: Awaited<ReturnType<RecordOpener['open']>>,
): ReadonlyMap<number, Place> {
  const places = new Map<number, Place>();
  for (const [at, { partition }] of records.entries()) {
    const one = opened[at];
    if (!one) continue;
    const known = places.get(partition) ?? { position: 0n, eventPosition: 0n, storedAtMs: 0 };
    const position = one.position > known.position ? one.position : known.position;
    const newer = 'event' in one && one.position > known.eventPosition;
    places.set(partition, {
      position,
      eventPosition: newer ? one.position : known.eventPosition,
      storedAtMs: newer ? one.recordedAtMs : known.storedAtMs,
    });
  }
  return places;
}
