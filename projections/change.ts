/** A value of a column. */
export type Cell = string | number | bigint | boolean | Date | null | readonly string[];
/** Columns with their values. */
export type Row = Readonly<Record<string, Cell>>;

/**
 * What a projection wants done, as data. The store folds changes by key within a batch and executes
 * them set-wise, in one transaction with the checkpoint.
 */
export type Change =
  | { readonly op: 'upsert'; readonly table: string; readonly key: Row; readonly set: Row }
  /** Nothing happens where the row is missing. */
  | { readonly op: 'update'; readonly table: string; readonly key: Row; readonly set: Row }
  | { readonly op: 'delete'; readonly table: string; readonly key: Row };

/** Column types that the store knows how to send set-wise. */
export type ColumnType =
  | 'uuid'
  | 'text'
  | 'integer'
  | 'bigint'
  | 'boolean'
  | 'timestamptz'
  | 'jsonb'
  | 'uuid[]';

/**
 * A table as the store must know it. Every table also has `position bigint not null`, which the
 * store keeps.
 */
export type TableShape = {
  readonly key: readonly string[];
  readonly columns: Readonly<Record<string, ColumnType>>; // with the key's, without position
};
