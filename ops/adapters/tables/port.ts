import type { Machine } from '../../guard.ts';

/**
 * Postgres: read models, and things of record that are not events (credentials, wrapped keys,
 * checkpoints). SQL is written as SQL, columns listed, values bound. Statements with a name are
 * prepared once a connection. bigint columns arrive as bigint, timestamps as Date. Failures of the
 * machine reject with TablesUnavailable; a broken unique constraint rejects with UniqueViolation;
 * any other SQL error rejects with TablesError, and none of their messages carries a value.
 */
export type Tables = Machine &
  Statements & {
    /**
     * Runs the work in one transaction on one connection: committed when it resolves, undone when
     * it rejects.
     */
    transaction<Result>(work: (tx: Statements) => Promise<Result>): Promise<Result>;
    /** Runs a script of several statements without values (migrations). */
    script(text: string): Promise<void>;
    counters(): TablesCounters;
  };

/** What can be asked inside and outside a transaction. */
export type Statements = {
  query<Row extends object>(statement: Statement): Promise<readonly Row[]>;
  /** For statements whose rows nobody reads; answers with the number of rows touched. */
  execute(statement: Statement): Promise<number>;
};

/** SQL with its bound values; values are never part of the text. */
export type Statement = {
  readonly name?: string | undefined; // unique for its text; named statements are prepared
  readonly text: string;
  readonly values: readonly unknown[];
};

/** Exact counts since opening, for tests that count instead of timing. */
export type TablesCounters = {
  readonly statements: number;
  readonly rowsRead: number;
  readonly rowsWritten: number;
};

/** The machine could not be reached or did not answer in time: try again later. */
export class TablesUnavailable extends Error {
  override readonly name = 'TablesUnavailable';
}
/** A row with this key is there already; the constraint is named, the value is not. */
export class UniqueViolation extends Error {
  override readonly name = 'UniqueViolation';
  readonly constraint: string;
  constructor(constraint: string) {
    super(`unique constraint ${constraint}`);
    this.constraint = constraint;
  }
}
/** Any other SQL error: a defect of ours, with Postgres’ five-letter state. */
export class TablesError extends Error {
  override readonly name = 'TablesError';
  readonly sqlState: string;
  constructor(message: string, sqlState: string) {
    super(message);
    this.sqlState = sqlState;
  }
}
