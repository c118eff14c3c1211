/**
 * Postgres: read models, and things of record that are not events (credentials, wrapped keys, checkpoints).
 * SQL is written as SQL, columns listed, values bound. Statements with a name are prepared once a connection.
 * bigint columns arrive as bigint, timestamps as Date. Failures of the machine reject with TablesUnavailable;
 * a broken unique constraint rejects with UniqueViolation; any other SQL error rejects with TablesError, and
 * none of their messages carries a value.
 */
export type Tables = Statements & {
  /** Runs the work in one transaction on one connection: committed when it resolves, undone when it rejects. */
  transaction<Result>(work: (tx: Statements) => Promise<Result>): Promise<Result>;
  /** Runs a script of several statements without values (migrations). */
  script(text: string): Promise<void>;
  health(): Promise<{ readonly ok: true } | { readonly ok: false; readonly reason: string }>;
  counters(): TablesCounters;
  [Symbol.asyncDispose](): Promise<void>;
};

export type Statements = {
  query<Row extends object>(statement: Statement): Promise<readonly Row[]>;
  /** For statements whose rows nobody reads; answers with the number of rows touched. */
  execute(statement: Statement): Promise<number>;
};

export type Statement = {
  readonly name?: string | undefined; // unique for its text; named statements are prepared
  readonly text: string;
  readonly values: readonly unknown[];
};

export type TablesCounters = {
  readonly statements: number;
  readonly rowsRead: number;
  readonly rowsWritten: number;
};

export class TablesUnavailable extends Error {
  override readonly name = 'TablesUnavailable';
}
export class UniqueViolation extends Error {
  override readonly name = 'UniqueViolation';
  readonly constraint: string;
  constructor(constraint: string) {
    super(`unique constraint ${constraint}`);
    this.constraint = constraint;
  }
}
export class TablesError extends Error {
  override readonly name = 'TablesError';
  readonly sqlState: string;
  constructor(message: string, sqlState: string) {
    super(message);
    this.sqlState = sqlState;
  }
}
