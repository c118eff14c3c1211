import pg from 'pg';
import { binariesFolder } from '../adapters/tables/postgres-files.ts';
import { PlainError } from '../plain-error.ts';
import { ownProgram } from './own-program.ts';
import type { StackServer } from './server.ts';

const addressOf = (port: number) => `postgres://parley:parley@127.0.0.1:${port}/parley`;

/** Postgres 18, the one that comes with the packages of the platform. */
export const postgres: StackServer = {
  name: 'postgres',
  missing: () => {
    try {
      binariesFolder();
      return null;
    } catch (cause) {
      if (cause instanceof PlainError) return cause.message;
      throw cause;
    }
  },
  fetch: async () => undefined,
  command: (on) => ownProgram('serve-postgres.ts', on),
  isReady: async (port) => {
    const client = new pg.Client({
      ...{ connectionString: addressOf(port), connectionTimeoutMillis: 1_000 },
    });
    client.on('error', () => undefined); // ended while it was asked: not ready
    try {
      await client.connect();
      await client.query('select 1');
      return true;
    } catch {
      return false;
    } finally {
      await client.end().catch(() => undefined);
    }
  },
  option: (port) => ({ name: 'DATABASE_URL', value: addressOf(port) }),
};
