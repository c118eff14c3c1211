import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Tables } from './port.ts';
import { TablesError, TablesUnavailable, UniqueViolation } from './port.ts';

/** A database that nothing else uses, with statements limited to one second. */
export type Opened = {
  readonly tables: Tables;
  dispose(): Promise<void>;
};

/** What every driver of the port must do. */
export function tablesContract(name: string, open: () => Promise<Opened>): void {
  describe(`tables, ${name},`, () => {
    let opened: Opened | null = null;
    const tables = (): Tables => {
      if (opened === null) throw new Error('the tables are opened before the first test');
      return opened.tables;
    };
    beforeAll(async () => {
      opened = await open();
    });
    afterAll(() => opened?.dispose());

    valuesContract(tables);
    transactionsContract(tables);
    failuresContract(tables);
    countsContract(tables);
  });
}

/** A table of its own for a test. */
async function newTable(tables: Tables): Promise<string> {
  const name = `t_${randomUUID().replaceAll('-', '')}`;
  await tables.script(`create table ${name} (id integer primary key, text text not null);`);
  return name;
}

function insert(table: string, id: number, text = 'x') {
  return { text: `insert into ${table} (id, text) values ($1, $2)`, values: [id, text] };
}

async function idsIn(tables: Tables, table: string): Promise<readonly number[]> {
  const rows = await tables.query<{ id: number }>({
    text: `select id from ${table} order by id`,
    values: [],
  });
  return rows.map(({ id }) => id);
}

function valuesContract(tables: () => Tables): void {
  it('brings each type as the port says', async () => {
    const [row] = await tables().query<Record<string, unknown>>({
      text: `select 9007199254740993::bigint as big, 7::integer as small, true as yes,
               '2026-11-23T12:00:00.123Z'::timestamptz as at, '\\x00ff'::bytea as bytes,
               array['a', 'b']::text[] as texts, null as nothing`,
      values: [],
    });
    expect(row).toEqual({
      ...{ big: 9_007_199_254_740_993n, small: 7, yes: true, texts: ['a', 'b'], nothing: null },
      ...{ at: new Date('2026-11-23T12:00:00.123Z'), bytes: Buffer.from([0, 255]) },
    });
  });

  it('takes values as values, whatever stands in them', async () => {
    const table = await newTable(tables());
    const texts = [`'); drop table ${table}; --`, '$1', '\\', '"', '🦜 شكرا', ''];
    await tables().execute({
      text: `insert into ${table} (id, text)
             select * from unnest($1::integer[], $2::text[])`,
      values: [texts.map((_, at) => at), texts],
    });
    const rows = await tables().query<{ text: string }>({
      text: `select text from ${table} order by id`,
      values: [],
    });
    expect(rows.map(({ text }) => text)).toEqual(texts);
  });

  it('prepares named statements on each connection it needs', async () => {
    const asked = Array.from({ length: 50 }, (_, n) =>
      tables().query<{ n: number }>({
        ...{ name: 'contract-named', text: 'select $1::integer as n', values: [n] },
      }),
    );
    const rows = await Promise.all(asked);
    expect(rows.map(([row]) => row?.n)).toEqual(asked.map((_, n) => n));
  });

  it('runs scripts of several statements, all of them or none', async () => {
    const table = await newTable(tables());
    await tables().script(
      `insert into ${table} values (1, 'a'); insert into ${table} values (2, 'b');`,
    );
    const broken = tables().script(`insert into ${table} values (3, 'c'); select no_such_column;`);
    await expect(broken).rejects.toBeInstanceOf(TablesError);
    expect(await idsIn(tables(), table)).toEqual([1, 2]);
  });
}

function transactionsContract(tables: () => Tables): void {
  it('commits a transaction when its work resolves, with what that gives', async () => {
    const table = await newTable(tables());
    const given = await tables().transaction(async (tx) => {
      await tx.execute(insert(table, 1));
      expect(await idsIn(tables(), table)).toEqual([]); // nobody else sees it yet
      return 'given';
    });
    expect(given).toBe('given');
    expect(await idsIn(tables(), table)).toEqual([1]);
  });

  it('undoes it when the work rejects, and passes on why', async () => {
    const table = await newTable(tables());
    const mine = new Error('I thought better of it');
    const work = tables().transaction(async (tx) => {
      await tx.execute(insert(table, 1));
      throw mine;
    });
    await expect(work).rejects.toBe(mine);
    expect(await idsIn(tables(), table)).toEqual([]);
  });

  it('undoes it when a statement in it fails, and uses the connection again', async () => {
    const table = await newTable(tables());
    for (let round = 0; round < 10; round += 1) {
      const work = tables().transaction(async (tx) => {
        await tx.execute(insert(table, 1));
        await tx.execute(insert(table, 1));
      });
      await expect(work).rejects.toBeInstanceOf(UniqueViolation);
    }
    expect(await idsIn(tables(), table)).toEqual([]);
    await tables().execute(insert(table, 2));
    expect(await idsIn(tables(), table)).toEqual([2]);
  });

  it('lets more transactions wait than there are connections', async () => {
    const table = await newTable(tables());
    const ids = Array.from({ length: 40 }, (_, id) => id);
    const work = ids.map((id) => tables().transaction((tx) => tx.execute(insert(table, id))));
    expect(await Promise.all(work)).toEqual(ids.map(() => 1));
    expect(await idsIn(tables(), table)).toEqual(ids);
  });
}

function failuresContract(tables: () => Tables): void {
  const secret = 'a-name-nobody-should-read';

  it('names the constraint that a row breaks, and no value', async () => {
    const table = await newTable(tables());
    await tables().execute(insert(table, 1, secret));
    const again = tables().execute(insert(table, 1, secret));
    await expect(again).rejects.toMatchObject({
      ...{ name: 'UniqueViolation', constraint: `${table}_pkey` },
      message: expect.not.stringContaining(secret),
    });
  });

  it.each([
    ['a value of another type', 'select $1::text::integer', '22P02'],
    ['a column that is not there', 'select no_such_column, $1::text', '42703'],
    ['a check that fails', `select set_config('work_mem', $1::text, true)`, '22023'],
  ])('tells %s by its state, and no value', async (_what, text, sqlState) => {
    const asked = tables().query({ text, values: [secret] });
    await expect(asked).rejects.toMatchObject({
      ...{ name: 'TablesError', sqlState, message: expect.not.stringContaining(secret) },
    });
  });

  it('counts a statement over its time limit among failures of the machine', async () => {
    const slow = tables().query({ text: 'select pg_sleep(30)', values: [] });
    await expect(slow).rejects.toBeInstanceOf(TablesUnavailable);
    expect(await tables().health()).toEqual({ ok: true });
  });

  it('fails a transaction whose connection is cut, and goes on with another', async () => {
    const table = await newTable(tables());
    const work = tables().transaction(async (tx) => {
      await tx.execute(insert(table, 1));
      const [own] = await tx.query<{ pid: number }>({
        text: 'select pg_backend_pid() as pid',
        values: [],
      });
      await tables().query({ text: 'select pg_terminate_backend($1)', values: [own?.pid] });
      await tx.execute(insert(table, 2));
    });
    await expect(work).rejects.toBeInstanceOf(TablesUnavailable);
    expect(await idsIn(tables(), table)).toEqual([]);
    expect(await tables().health()).toEqual({ ok: true });
  });
}

function countsContract(tables: () => Tables): void {
  it('counts statements, and rows read and written', async () => {
    const table = await newTable(tables());
    const before = tables().counters();
    await tables().execute({
      text: `insert into ${table} (id, text) select n, 'x' from generate_series(1, 5) as n`,
      values: [],
    });
    await tables().transaction((tx) =>
      tx.query({ text: `select id from ${table} where id < $1`, values: [4] }),
    );
    const after = tables().counters();
    expect({
      statements: after.statements - before.statements,
      rowsWritten: after.rowsWritten - before.rowsWritten,
      rowsRead: after.rowsRead - before.rowsRead,
    }).toEqual({ statements: 2, rowsWritten: 5, rowsRead: 3 });
  });
}
