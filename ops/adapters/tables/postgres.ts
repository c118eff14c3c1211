import type { PoolClient, QueryConfig, QueryResult } from 'pg';
import pg from 'pg';
import { openCalls } from '../../calls.ts';
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
  readonly statementTimeoutMs: number;
};

const int8 = 20;

/** Tables on any Postgres, through a pool. */
export function openPostgres(options: PostgresOptions): Tables {
  const { connection, poolMax, statementTimeoutMs } = options;
  const written = writtenAs(connection);
  const translate = (cause: unknown) => translated(cause, written);
  const types = new pg.TypeOverrides();
  types.setTypeParser(int8, BigInt);
  const pool = new pg.Pool({
    ...('url' in connection ? { connectionString: connection.url } : connection),
    max: poolMax,
    connectionTimeoutMillis: 10_000,
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
  const calls = openCalls();
  const outcomeOf = (cause: unknown) =>
    translate(cause) instanceof TablesUnavailable ? 'away' : 'refused';
  const counters = { statements: 0, rowsRead: 0, rowsWritten: 0 };
  const run = async (
    client: Pick<PoolClient, 'query'>,
    statement: Statement,
  ): Promise<QueryResult> => {
    counters.statements += 1;
    try {
      const result = await calls.timed(() => client.query(toQuery(statement)), outcomeOf);
      if (result.command === 'SELECT') counters.rowsRead += result.rows.length;
      else counters.rowsWritten += result.rowCount ?? 0;
      return result;
    } catch (cause) {
      throw translate(cause);
    }
  };
  const statements = (client: Pick<PoolClient, 'query'>): Statements => ({
    query: async (statement) => (await run(client, statement)).rows,
    execute: async (statement) => (await run(client, statement)).rowCount ?? 0,
  });
  return {
    ...statements(pool),
    transaction: (work) => transaction({ pool, translate }, (client) => work(statements(client))),
    script: async (text) => {
      await run(pool, { text, values: [] });
    },
    health: async () => {
      try {
        await pool.query('select 1');
        return { ok: true };
      } catch (cause) {
        return { ok: false, reason: translate(cause).message };
      }
    },
    counters: () => ({ ...counters }),
    watchCalls: calls.watch,
    [Symbol.asyncDispose]: () => pool.end(),
  };
}

async function transaction<Result>(
  { pool, translate }: { pool: pg.Pool; translate: (cause: unknown) => Error },
  work: (client: PoolClient) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect().catch((cause: unknown) => {
    throw translate(cause);
  });
  let broken = false;
  try {
    await client.query('begin');
    const result = await work(client);
    await client.query('commit');
    return result;
  } catch (cause) {
    await client.query('rollback').catch(() => {
      broken = true;
    });
    throw translate(cause);
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
/** Connection failures, shutting down, too many connections, cancelled by the time limit. */
const unavailable = /^(08|57P|53|57014)/;

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
  const sentence = lastingSentence(cause, written);
  if (sentence !== null) return new TablesUnavailable(sentence);
  if (isOurs(cause)) return cause;
  const error = cause instanceof Error ? cause : new Error('unknown failure');
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const state = 'severity' in error ? code : ''; // the system's own codes look alike: EPIPE
  if (state === uniqueViolation) return new UniqueViolation(constraintOf(error));
  if (!/^[0-9A-Z]{5}$/.test(state) || unavailable.test(state)) {
    return new TablesUnavailable(`Postgres does not answer (${code || error.message})`);
  }
  return new TablesError(withoutValues(error.message), state);
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
