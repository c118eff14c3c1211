import pg from 'pg';
import { PlainError } from '../../plain-error.ts';
import type { KeptPostgres } from './kept-postgres.ts';
import { keepPostgres } from './kept-postgres.ts';
import type { PostgresTables } from './postgres.ts';
import { openPostgres } from './postgres.ts';
import { databaseUser } from './postgres-process.ts';

export type EmbeddedPostgresOptions = {
  readonly folder: string; // everything of this server lies in here
  readonly poolMax: number; // connections
  readonly statementTimeoutMs: number;
  readonly database?: string | undefined; // made if it is missing; 'parley' unless told
};

/**
 * Tables on a real Postgres that is made, started and stopped by us; dispose stops it. Other
 * processes of this machine reach it through the socket.
 */
export async function openEmbeddedPostgres(
  options: EmbeddedPostgresOptions,
): Promise<PostgresTables & { readonly server: KeptPostgres; readonly database: string }> {
  const server = await keepPostgres(options.folder);
  const database = options.database ?? 'parley';
  await ensureDatabase(server, database).catch(async (cause: unknown) => {
    await server.stop();
    throw cause;
  });
  const tables = openPostgres({
    connection: connectionTo(server, database),
    poolMax: options.poolMax,
    statementTimeoutMs: options.statementTimeoutMs,
  });
  return {
    ...{ ...tables, server, database },
    health: async () => {
      const failure = server.failure();
      return failure === null ? tables.health() : { ok: false, reason: failure };
    },
    [Symbol.asyncDispose]: async () => {
      await tables[Symbol.asyncDispose]();
      await server.stop();
    },
  };
}

/** What one must know of a server to connect to it. */
type Reached = Pick<KeptPostgres, 'socketFolder' | 'password' | 'passwordFile'> & {
  readonly port?: number | undefined; // where it is not the usual one
};

export function connectionTo(server: Reached, database: string) {
  const { socketFolder: host, password, port = 5432 } = server;
  return { host, port, user: databaseUser, password, database };
}

/** Idempotent. The name is ours, never input. */
export async function ensureDatabase(server: Reached, database: string): Promise<void> {
  const client = new pg.Client(connectionTo(server, 'postgres'));
  await client.connect().catch((cause: unknown) => {
    throw strangePassword(cause, server);
  });
  try {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [
      database,
    ]);
    if (rowCount === 0) await client.query(`create database "${database}"`);
  } finally {
    await client.end();
  }
}

function strangePassword(cause: unknown, { passwordFile }: Reached): unknown {
  const isRefusal = cause instanceof Error && 'code' in cause && cause.code === '28P01';
  if (!isRefusal) return cause;
  return new PlainError(
    `The file ${passwordFile} does not hold the password of the Postgres beside it: restore it ` +
      'from your backup.',
  );
}
