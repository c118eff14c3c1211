import { isBrokenCircuitError } from 'cockatiel';
import type { PoolClient, QueryConfig, QueryResult } from 'pg';
import pg from 'pg';
import { openGuard } from '../../guard.ts';
import type { Written } from '../../misfit.ts';
import { lastingSentence } from '../../misfit.ts';
import type { Statement, Statements, Tables } from './port.ts';
import { TablesError, TablesUnavailable, UniqueViolation } from './port.ts';

export type PostgresOptions = {
  readonly connection:
    | { readonly url: string }
    | {
        readonly host: string; // a name, or the folder of a unix socket
        readonly port: number;
        readonly user: string;
        readonly password: string;
        readonly database: string;
      };
  readonly poolMax: number; // connections
  /** Told to the server; one that does not even say so in time is given up a little later. */
  readonly statementTimeoutMs: number;
  /** Statements that wait for their answer: above this one more is refused; 10,000 unless told. */
  readonly waitingMax?: number | undefined;
};

/** Tables, and the same ones for those for whom somebody waits. */
export type PostgresTables = Tables & {
  /**
   * On the same connections: a statement without an answer after the time is given up, with its
   * connection, and rejects with TablesUnavailable.
   */
  promptly(statementMs: number): Tables;
};

const int8 = 20;
const connectMsMax = 5_000; // and to wait for a connection of the pool
const graceMs = 5_000; // in which the server may say itself that a statement takes too long

/**
 * Tables on any Postgres, through a pool. A circuit breaker lets one statement or transaction try
 * while the server is away and refuses the others at once.
 */
export function openPostgres(options: PostgresOptions): PostgresTables {
  const { statementTimeoutMs, waitingMax = 10_000 } = options;
  const pool = openPool(options);
  const written = writtenAs(options.connection);
  const translate = (cause: unknown) => translated(cause, written);
  const isAway = (cause: unknown) => isOfTheServer(translate(cause));
  const guard = openGuard({
    ...{ isAway, translate, waitingMax },
    tooMuchWaits: () => new TablesUnavailable('too much waits for Postgres'),
  });
  const counters = { statements: 0, rowsRead: 0, rowsWritten: 0 };
  const run = async (client: Asked, query: QueryConfig): Promise<QueryResult> => {
    counters.statements += 1;
    try {
      const result = await client.query(query);
      if (result.command === 'SELECT') counters.rowsRead += result.rows.length;
      else counters.rowsWritten += result.rowCount ?? 0;
      return result;
    } catch (cause) {
      throw translate(cause);
    }
  };
  const askedWithin = (statementMs: number): Tables => {
    const limited = (query: QueryConfig) => ({ ...query, query_timeout: statementMs });
    const statements = (ask: (query: QueryConfig) => Promise<QueryResult>): Statements => ({
      query: async (statement) => (await ask(limited(toQuery(statement)))).rows,
      execute: async (statement) => (await ask(limited(toQuery(statement)))).rowCount ?? 0,
    });
    const alone = (query: QueryConfig) => guard.once(() => run(pool, query));
    const within = (client: PoolClient) => statements((query) => run(client, query));
    return {
      ...statements(alone),
      transaction: (work) =>
        guard.once(() =>
          transaction({ pool, limited, translate }, (client) => work(within(client))),
        ),
      script: async (text) => {
        await alone(limited({ text }));
      },
      health: async () => {
        try {
          await guard.once(() => pool.query(limited({ text: 'select 1' })));
          return { ok: true };
        } catch (cause) {
          return { ok: false, reason: translate(cause).message };
        }
      },
      ...{ breaker: guard.breaker, watchCalls: guard.watchCalls },
      counters: () => ({ ...counters }),
      [Symbol.asyncDispose]: () => pool.end(),
    };
  };
  return { ...askedWithin(statementTimeoutMs + graceMs), promptly: askedWithin };
}

type Asked = Pick<PoolClient, 'query'>;

function openPool({ connection, poolMax, statementTimeoutMs }: PostgresOptions): pg.Pool {
  const types = new pg.TypeOverrides();
  types.setTypeParser(int8, BigInt);
  const pool = new pg.Pool({
    ...('url' in connection ? { connectionString: connection.url } : connection),
    max: poolMax,
    connectionTimeoutMillis: connectMsMax,
    statement_timeout: statementTimeoutMs,
    types,
    application_name: 'parley',
    // Named statements are planned once a connection. Left to itself Postgres plans those with
    // short lists anew each time, which costs a page more than reading it does. And a generic plan
    // that takes any place on a disk for four times as dear as the next one scans a thousand people
    // for the fifty of a page.
    options: '-c plan_cache_mode=force_generic_plan -c random_page_cost=1.1',
  });
  // A connection that breaks between two statements, in the pool or in the middle of a transaction,
  // is replaced; whoever asks next finds out by asking. Unheard, its error would end the process.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

type Transacting = {
  readonly pool: pg.Pool;
  readonly limited: (query: QueryConfig) => QueryConfig;
  readonly translate: (cause: unknown) => Error;
};

async function transaction<Result>(
  { pool, limited, translate }: Transacting,
  work: (client: PoolClient) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect().catch((cause: unknown) => {
    throw translate(cause);
  });
  let broken = false;
  try {
    await client.query(limited({ text: 'begin' }));
    const result = await work(client);
    await client.query(limited({ text: 'commit' }));
    return result;
  } catch (cause) {
    const told = translate(cause);
    // A server that is away undoes it by itself, and would not answer to this either.
    broken = isOfTheServer(told);
    if (!broken) {
      await client.query(limited({ text: 'rollback' })).catch(() => {
        broken = true;
      });
    }
    throw told;
  } finally {
    client.release(broken);
  }
}

/** Statements without values go by the simple protocol, which takes several at once. */
function toQuery({ name, text, values }: Statement): QueryConfig {
  if (values.length === 0 && name === undefined) return { text };
  return { ...(name !== undefined && { name }), text, values: [...values] };
}

const uniqueViolation = '23505';
const cancelled = '57014';
/** Connection failures, shutting down, too many connections, cancelled by the time limit. */
const unavailable = /^(08|57P|53|57014)/;

/** Not of a statement over its own limit: that says nothing of the server. */
function isOfTheServer(told: Error): boolean {
  return told instanceof TablesUnavailable && stateOf(told.cause) !== cancelled;
}

function writtenAs(connection: PostgresOptions['connection']): Written {
  const url = 'url' in connection && URL.canParse(connection.url) ? new URL(connection.url) : null;
  const host = 'url' in connection ? (url?.host ?? '') : connection.host;
  return {
    ...{ server: `The Postgres at ${host}`, option: 'DATABASE_URL' },
    tls: /^(require|verify-)/.test(url?.searchParams.get('sslmode') ?? ''),
    ...{ plain: '?sslmode=disable', secure: '?sslmode=verify-full' },
  };
}

function translated(cause: unknown, written: Written): Error {
  if (isBrokenCircuitError(cause)) return new TablesUnavailable('Postgres does not answer');
  const sentence = lastingSentence(cause, written);
  if (sentence !== null) return new TablesUnavailable(sentence, { cause });
  if (isOurs(cause)) return cause;
  const error = cause instanceof Error ? cause : new Error('unknown failure');
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const state = stateOf(error);
  if (state === uniqueViolation) return new UniqueViolation(constraintOf(error));
  if (!/^[0-9A-Z]{5}$/.test(state) || unavailable.test(state)) {
    const reason = code || error.message;
    return new TablesUnavailable(`Postgres does not answer (${reason})`, { cause });
  }
  return new TablesError(withoutValues(error.message), state);
}

/** Postgres' five letters; the system's own codes look alike: EPIPE. */
function stateOf(cause: unknown): string {
  if (!(cause instanceof Error) || !('severity' in cause) || !('code' in cause)) return '';
  return typeof cause.code === 'string' ? cause.code : '';
}

function isOurs(cause: unknown): cause is Error {
  if (!(cause instanceof Error)) return false;
  return (
    cause instanceof TablesError ||
    cause instanceof TablesUnavailable ||
    cause instanceof UniqueViolation ||
    !('severity' in cause || 'code' in cause || /timeout|Connection|Client/.test(cause.message))
  );
}

function constraintOf(error: Error): string {
  return 'constraint' in error ? String(error.constraint) : 'unknown';
}

/**
 * Postgres quotes values with double quotes or after a colon; names of ours are kept in its state.
 */
function withoutValues(message: string): string {
  return message.replace(/: ".*$/s, '').slice(0, 200);
}
