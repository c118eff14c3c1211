import type { FactValue } from '../../ops/adapters/analytics/port.ts';

/** A column: what the engine keeps, what who reads sees, and what it means. */
export type Column = {
  readonly stored: string; // ClickHouse type
  readonly shown: string; // in the view
  readonly read: string; // how the view makes it; {} stands for the column's own name
  readonly says: string; // a sentence, with the unit
};

/**
 * A table whose rows fold by key: whatever is inserted twice counts once, in whatever batches it
 * came. Readers see a view of its name, which shows the folded rows.
 */
export type Table = {
  readonly says: string;
  readonly grain: string; // one row for each …
  readonly fold: 'newest' | 'merged'; // the row inserted last wins, or each column by its own rule
  readonly key: readonly string[];
  readonly order?: readonly string[]; // how it is sorted, where that is more than the key
  readonly soughtByKey?: boolean; // rows are looked up one by one: fewer are read at a time
  readonly byYearOf?: string; // the column whose year parts it
  readonly columns: Readonly<Record<string, Column>>;
};

/**
 * What stands in a column that a change says nothing of: it decides nothing when rows fold.
 * Undefined where the engine itself knows.
 */
export function emptyIn({ stored }: Column): FactValue | undefined {
  const [, type = stored] = /^SimpleAggregateFunction\(\w+, (.*)\)$/.exec(stored) ?? [];
  if (type.includes(' DEFAULT ')) return undefined;
  if (type.startsWith('Nullable')) return null;
  if (type.startsWith('Array')) return [];
  if (type.startsWith('Date')) return type === 'Date' ? '1970-01-01' : '1970-01-01 00:00:00';
  if (type === 'Bool') return false;
  return type.includes('String') ? '' : 0;
}

/** A plain column. */
export function plain(type: string, says: string): Column {
  return { stored: type, shown: type, read: '{}', says };
}

/** Of several rows of a key the greatest value, or the least, stands. */
export function folded(rule: 'max' | 'min', type: string, says: string): Column {
  return { ...plain(type, says), stored: `SimpleAggregateFunction(${rule}, ${type})` };
}

/** The positions of events of one sort; who reads sees how many there are. */
export function counted(says: string): Column {
  const stored = 'SimpleAggregateFunction(groupUniqArrayArray, Array(UInt64))';
  return { stored, shown: 'UInt32', read: 'toUInt32(length({}))', says };
}

/** When it was brought here: differs from one load to the next, and says nothing of the event. */
export function loadedAt(): Column {
  const says = 'When this copy was given it (UTC); later than stored_at.';
  return { ...plain("DateTime64(3, 'UTC') DEFAULT now64(3)", says), shown: moment };
}

/** A moment in UTC, to the ms. */
export const moment = "DateTime64(3, 'UTC')";
/** A word out of few. */
export const word = 'LowCardinality(String)';
