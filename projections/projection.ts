import type { ParleyEvent } from '../domain/recorded.ts';
import type { Change, TableShape } from './change.ts';

/**
 * A question, answered from the log. `changes` is pure; a changed table or rule raises the version,
 * which builds the projection anew beside the old one. Its tables live in the Postgres schema that
 * bears its name (hyphens as underscores); readers write `inbox.head`. A rebuild fills
 * `<name>_next`, compares, and swaps the schemas in one transaction.
 */
export type Projection = {
  readonly name: string;
  readonly version: number;
  /**
   * The SQL script that makes the tables; it names no schema, the search path holds the right one.
   */
  readonly tableSql: URL;
  readonly tables: Readonly<Record<string, TableShape>>;
  /** Event types it reads; others cost nothing. */
  readonly handles: ReadonlySet<string>;
  readonly changes: (recorded: ParleyEvent) => readonly Change[];
};
