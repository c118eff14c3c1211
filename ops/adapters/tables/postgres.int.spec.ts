import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { tablesContract } from './contract.ts';
import { ensureDatabase, openEmbeddedPostgres } from './embedded.ts';
import { migrate } from './migrate.ts';
import { openTables } from './open.ts';
import type { Tables } from './port.ts';
import { TablesUnavailable } from './port.ts';
import { openPostgres } from './postgres.ts';
import type { PostgresProcess } from './postgres-process.ts';
import { databaseUser, startPostgres } from './postgres-process.ts';
import { openTestTables } from './testing.ts';

const limits = { poolMax: 4, statementTimeoutMs: 1_000 };
const newFolder = () => mkdtempSync(join(tmpdir(), 'parley-postgres-'));
const forget = (folder: string) => rmSync(folder, { recursive: true, force: true });

tablesContract('made and started by us', async () => {
  const folder = newFolder();
  const tables = await openEmbeddedPostgres({ folder, ...limits });
  return {
    tables,
    dispose: async () => {
      await tables[Symbol.asyncDispose]();
      forget(folder);
    },
  };
});

tablesContract('on a Postgres that an address names', async () => {
  const folder = newFolder();
  const server = await startPostgres(folder);
  await ensureDatabase(server, 'theirs');
  const tables = openPostgres({ connection: { url: addressOf(server, 'theirs') }, ...limits });
  return {
    tables,
    dispose: async () => {
      await tables[Symbol.asyncDispose]();
      await server.stop();
      forget(folder);
    },
  };
});

function addressOf({ socketFolder, password }: PostgresProcess, database: string): string {
  const [host, word] = [socketFolder, password].map(encodeURIComponent);
  return `postgres://${databaseUser}:${word}@/${database}?host=${host}`;
}

describe('a Postgres that is silent', () => {
  const sleeping = { text: 'select pg_sleep(30)', values: [] };
  const asking = { text: 'select 1 as n', values: [] };

  it('is given up in time, then left alone but for one call, until it answers', async () => {
    await using tables = await openTestTables();
    const prompt = tables.promptly(50);
    const asked = Array.from({ length: 5 }, () => prompt.query(sleeping));
    const given = await Promise.allSettled(asked);
    for (const one of given) {
      expect(one).toMatchObject({ reason: { name: 'TablesUnavailable' } });
    }
    expect(tables.breaker?.()).toBe('open');
    await expect(tables.query(asking)).rejects.toBeInstanceOf(TablesUnavailable);
    await vi.waitFor(async () => expect((await tables.health()).ok).toBe(true));
    expect(tables.breaker?.()).toBe('closed');
    expect(await tables.query(asking)).toEqual([{ n: 1 }]);
  });

  it('is not thought away for statements over their own limit', async () => {
    await using tables = await openTestTables();
    for (let n = 0; n < 6; n += 1) {
      const late = tables.transaction(async (tx) => {
        await tx.execute({ text: 'set local statement_timeout = 1', values: [] });
        await tx.query(sleeping);
      });
      await expect(late).rejects.toBeInstanceOf(TablesUnavailable);
    }
    expect(tables.breaker?.()).toBe('closed');
  });
});

describe('a Postgres of ours', () => {
  const folder = newFolder();
  afterAll(() => forget(folder));
  const note = { text: 'select text from note', values: [] };

  it('keeps what is in it over a stop and a start', async () => {
    const first = await openTables({ kind: 'embedded', folder });
    await first.script(`create table note (text text); insert into note values ('kept');`);
    await first[Symbol.asyncDispose]();
    const second = await openTables({ kind: 'embedded', folder });
    expect(await second.query(note)).toEqual([{ text: 'kept' }]);
    await second[Symbol.asyncDispose]();
  });

  it('ends the server that a killed start left behind, and takes its place', async () => {
    const orphan = await startPostgres(folder);
    const next = await openTables({ kind: 'embedded', folder });
    await orphan.exited;
    expect(await next.query(note)).toEqual([{ text: 'kept' }]);
    await next[Symbol.asyncDispose]();
    await orphan.stop();
  });

  it('is found by another process at its address, also after it starts again', async () => {
    const link = join(folder, 'link');
    for (let round = 0; round < 2; round += 1) {
      const tables = await openTables({ kind: 'embedded', folder });
      const other = await openTables({ kind: 'postgres', url: tables.address(link) });
      expect(await other.query(note)).toEqual([{ text: 'kept' }]);
      await other[Symbol.asyncDispose]();
      await tables[Symbol.asyncDispose]();
    }
  });

  it('that is away is unavailable, in words without its password', async () => {
    const server = await startPostgres(folder);
    const tables = openPostgres({ connection: { url: addressOf(server, 'parley') }, ...limits });
    expect(await tables.health()).toEqual({ ok: true });
    await server.stop();
    await expect(tables.query(note)).rejects.toMatchObject({
      ...{ name: 'TablesUnavailable', message: expect.not.stringContaining(server.password) },
    });
    expect(await tables.health()).toMatchObject({ ok: false });
    await tables[Symbol.asyncDispose]();
  });
});

describe('migrations', () => {
  let tables: Tables;
  beforeAll(async () => {
    tables = await openTestTables();
  });
  afterAll(() => tables[Symbol.asyncDispose]());
  const step = (text: string, name = randomUUID() as string) => ({ name, text });

  it('are applied once and in order, also by processes that start at once', async () => {
    const steps = [
      step('create table grown (a integer);'),
      step('alter table grown add b integer; insert into grown values (1, 2);'),
    ];
    await Promise.all([migrate(tables, steps), migrate(tables, steps), migrate(tables, steps)]);
    await migrate(tables, [...steps, step('update grown set b = b + 1;')]);
    expect(await tables.query({ text: 'select a, b from grown', values: [] })).toEqual([
      { a: 1, b: 3 },
    ]);
  });

  it('leave nothing behind where one of them fails', async () => {
    const steps = [step('create table half (a integer);'), step('select no_such_column;')];
    await expect(migrate(tables, steps)).rejects.toMatchObject({ name: 'TablesError' });
    const found = await tables.query({
      text: `select to_regclass('half')::text as it`,
      values: [],
    });
    expect(found).toEqual([{ it: null }]);
  });

  it('that were changed after they had been applied are refused in a sentence', async () => {
    const applied = step('create table fixed (a integer);');
    await migrate(tables, [applied]);
    const edited = { ...applied, text: 'create table fixed (a bigint);' };
    await expect(migrate(tables, [edited])).rejects.toThrow(/was changed .* write a new migration/);
  });
});
