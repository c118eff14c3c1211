import type { Cell, Change, Row, TableShape } from '../../projections/change.ts';

/**
 * All that a batch wants of one row, in the order in which it must be done: change it if it is
 * there, take it away, put it there. At most one step of each kind is left.
 */
export type FoldedRow = {
  readonly key: Row;
  readonly update: Step | null;
  readonly remove: bigint | null; // position
  readonly upsert: Step | null;
};
export type Step = { readonly set: Row; readonly position: bigint };

/** By table, then by row. */
export type Folded = ReadonlyMap<string, readonly FoldedRow[]>;

type Draft = {
  key: Row;
  update: DraftStep | null;
  remove: bigint | null;
  upsert: DraftStep | null;
};
type DraftStep = { set: Record<string, Cell>; position: bigint };

/**
 * Combines changes by table and key; they come in log order, and for each column the later one
 * wins.
 */
export function fold(
  shapes: Readonly<Record<string, TableShape>>,
  events: Iterable<{ readonly position: bigint; readonly changes: readonly Change[] }>,
): Folded {
  const tables = new Map<string, Map<string, Draft>>();
  for (const { position, changes } of events) {
    for (const change of changes) {
      const shape = shapes[change.table];
      if (shape === undefined) throw new RangeError(`no table ${change.table} in this projection`);
      combine(draftOf(tables, change, shape), change, position);
    }
  }
  return new Map([...tables].map(([table, rows]) => [table, [...rows.values()]]));
}

function combine(draft: Draft, change: Change, position: bigint): void {
  if (change.op === 'delete') {
    draft.update = null;
    draft.upsert = null;
    draft.remove = position;
  } else if (change.op === 'upsert') {
    draft.upsert = merged(draft.upsert, change.set, position);
  } else if (draft.upsert !== null) {
    draft.upsert = merged(draft.upsert, change.set, position); // it is there by then
  } else if (draft.remove === null) {
    draft.update = merged(draft.update, change.set, position);
  }
}

function merged(step: DraftStep | null, set: Row, position: bigint): DraftStep {
  if (step === null) return { set: { ...set }, position };
  Object.assign(step.set, set);
  step.position = position;
  return step;
}

function draftOf(
  tables: Map<string, Map<string, Draft>>,
  { table, key }: Change,
  shape: TableShape,
): Draft {
  const rows = entry(tables, table, () => new Map<string, Draft>());
  return entry(rows, rowName(key, shape), () => ({
    key,
    update: null,
    remove: null,
    upsert: null,
  }));
}

function entry<Value>(map: Map<string, Value>, name: string, make: () => Value): Value {
  const known = map.get(name);
  if (known !== undefined) return known;
  const made = make();
  map.set(name, made);
  return made;
}

function rowName(key: Row, shape: TableShape): string {
  const [only, ...more] = shape.key;
  if (more.length === 0) return String(key[only ?? '']);
  return shape.key.map((column) => String(key[column])).join('\u0000');
}
