import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectionTo, ensureDatabase } from './embedded.ts';
import type { PostgresTables } from './postgres.ts';
import { openPostgres } from './postgres.ts';
import type { PostgresProcess } from './postgres-process.ts';
import { startPostgres } from './postgres-process.ts';

type Server = { readonly folder: string; readonly running: Promise<PostgresProcess> };

let server: Server | undefined;
let users = 0;

/**
 * A fresh, empty database for a spec, on one real Postgres for each test process: dispose it in
 * afterAll. The server starts with the first and stops with the last.
 */
export async function openTestTables(): Promise<PostgresTables> {
  server ??= startServer();
  users += 1;
  const { folder } = server;
  const running = await server.running;
  const database = `spec_${randomUUID().replaceAll('-', '')}`;
  await ensureDatabase(running, database);
  const tables = openPostgres({
    connection: connectionTo(running, database),
    poolMax: 8,
    statementTimeoutMs: 60_000,
  });
  return {
    ...tables,
    [Symbol.asyncDispose]: async () => {
      await tables[Symbol.asyncDispose]();
      users -= 1;
      if (users === 0) {
        server = undefined;
        await running.stop();
        rmSync(folder, { recursive: true, force: true });
      }
    },
  };
}

function startServer(): Server {
  const folder = mkdtempSync(join(tmpdir(), 'parley-tables-'));
  return { folder, running: startPostgres(folder) };
}
