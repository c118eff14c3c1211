import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { postgres } from '../../stack/postgres.ts';
import { lackOf, openTestServer } from '../../stack/testing.ts';
import { tablesContract } from './contract.ts';
import { openTables } from './open.ts';
import { openPostgres } from './postgres.ts';

const missing = lackOf(postgres);

describe.skipIf(missing !== null)(`Postgres (${missing ?? 'a server of its own'})`, () => {
  tablesContract('by address', async () => {
    const server = await openTestServer(postgres);
    const tables = openPostgres({
      ...{ connection: { url: server.option.value }, poolMax: 4, statementTimeoutMs: 1_000 },
    });
    return {
      tables,
      dispose: async () => {
        await tables[Symbol.asyncDispose]();
        await server[Symbol.asyncDispose]();
      },
    };
  });

  it('that is killed is unavailable, and holds what it answered for when it is back', async () => {
    await using server = await openTestServer(postgres);
    await using tables = await openTables({ kind: 'postgres', url: server.option.value });
    await tables.script('create table kept (id uuid primary key);');
    for (let round = 1; round <= 3; round += 1) {
      const values = [randomUUID()];
      await tables.query({ text: 'insert into kept values ($1)', values });
      await server.kill();
      const counted = { text: 'select count(*)::integer as n from kept', values: [] };
      await expect(tables.query(counted)).rejects.toMatchObject({ name: 'TablesUnavailable' });
      expect(await tables.health()).toMatchObject({ ok: false });
      await server.start();
      expect(await tables.query(counted)).toEqual([{ n: round }]);
      expect(await tables.health()).toEqual({ ok: true });
    }
  });
});
