import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { projections } from '../../../projections/all.ts';
import { ensureSchemas } from '../../../workers/projector/schemas.ts';
import { connectionTo, ensureDatabase } from '../../adapters/tables/embedded.ts';
import { migrate } from '../../adapters/tables/migrate.ts';
import type { Tables } from '../../adapters/tables/port.ts';
import { openPostgres } from '../../adapters/tables/postgres.ts';
import { startPostgres } from '../../adapters/tables/postgres-process.ts';
import { tablesOfRecord } from '../../machines.ts';

/**
 * A real Postgres for all seeds of a run, and a fresh database of ours in it whenever one is asked.
 */
export type Databases = {
  fresh(): Promise<Database>;
  [Symbol.asyncDispose](): Promise<void>;
};

export type Database = {
  readonly tables: Tables;
  /** Backends of this database that wait for a lock. */
  waiting(): Promise<number>;
  drop(): Promise<void>;
};

const template = 'template';

/**
 * Its flushes are the simulation's to decide, so it makes none; nothing goes on behind our back.
 */
const settings = {
  ...{ fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off' },
  ...{ autovacuum: 'off', deadlock_timeout: '1h', wal_level: 'minimal', max_wal_senders: '0' },
};

export async function openDatabases(): Promise<Databases> {
  const folder = mkdtempSync(join(tmpdir(), 'parley-simulation-'));
  const server = await startPostgres(folder, { settings });
  const to = (database: string) => connectionTo(server, database);
  await ensureDatabase(server, template);
  const first = openPostgres({ connection: to(template), ...limits });
  await migrate(first, tablesOfRecord);
  await ensureSchemas(first, projections);
  await first[Symbol.asyncDispose]();
  const keeper = new pg.Client(to('postgres'));
  await keeper.connect();
  let made = 0;
  return {
    fresh: async () => {
      made += 1;
      const name = `seed_${made}`;
      await keeper.query(`create database ${name} template ${template} strategy file_copy`);
      const tables = openPostgres({ connection: to(name), ...limits });
      return {
        tables,
        waiting: async () => {
          const { rows } = await keeper.query(
            `select count(*)::integer as waiting from pg_stat_activity
             where datname = $1 and wait_event_type = 'Lock'`,
            [name],
          );
          return rows[0].waiting;
        },
        drop: async () => {
          await tables[Symbol.asyncDispose]();
          await keeper.query(`drop database ${name} with (force)`);
        },
      };
    },
    [Symbol.asyncDispose]: async () => {
      await keeper.end();
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const limits = { poolMax: 60, statementTimeoutMs: 60_000 };
