import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Analytics, FactBatch, Question } from './port.ts';
import { analystBounds, QuestionRefused } from './port.ts';

/** Analytics that nothing else uses. */
export type Opened = {
  readonly analytics: Analytics;
  /** Ends what holds the facts, as a power switch would, and brings it back. */
  restart(): Promise<void>;
  dispose(): Promise<void>;
};

/** What every driver of the port must do. */
export function analyticsContract(name: string, open: () => Promise<Opened>): void {
  describe(`analytics, ${name},`, () => {
    let opened: Opened | null = null;
    const current = (): Opened => {
      if (opened === null) throw new Error('analytics are opened before the first test');
      return opened;
    };
    beforeAll(async () => {
      opened = await open();
      await opened.analytics.define(tables);
    });
    afterAll(() => opened?.dispose());

    insertContract(current);
    askContract(() => current().analytics);
    analystContract(() => current().analytics);
  });
}

/** A table of facts, with what a rollup makes of it. */
const tables = [
  `create table if not exists visits (
     id UInt64, at DateTime64(3, 'UTC'), person String, pages Int32,
     note Nullable(String), tags Array(String), returned Bool
   ) engine = MergeTree partition by toYYYYMM(at) order by (at, id)
   settings non_replicated_deduplication_window = 10000`,
  `create table if not exists visits_by_day (
     day Date, visits SimpleAggregateFunction(sum, UInt64),
     people AggregateFunction(uniq, String)
   ) engine = AggregatingMergeTree order by day
   settings non_replicated_deduplication_window = 10000`,
  `create materialized view if not exists visits_to_days to visits_by_day as
   select toDate(at) as day, count() as visits, uniqState(person) as people
   from visits group by day`,
];

let named = 0;

/** A batch of its own; its visits are told apart from those of other tests by their year. */
function visits(year: number, count: number): FactBatch {
  named += 1;
  const rows = Array.from({ length: count }, (_, at) => ({
    id: `${at}`,
    at: `${year}-0${1 + (at % 2)}-03T04:05:06.789Z`,
    person: `person ${at % 10}`,
    pages: at,
    note: null,
    tags: [],
    returned: false,
  }));
  return { table: 'visits', token: `batch ${named} of ${year}`, rows };
}

async function countsOf(analytics: Analytics, year: number) {
  const [counted] = await analytics.ask<{ visits: string; rolled: string }>({
    sql: `select (select count() from visits where toYear(at) = {year:UInt16}) as visits,
      (select sum(visits) from visits_by_day where toYear(day) = {year:UInt16}) as rolled`,
    values: { year },
    as: 'platform',
  });
  return [Number(counted?.visits), Number(counted?.rolled)];
}

function insertContract(opened: () => Opened): void {
  const analytics = () => opened().analytics;
  const day = visits(2001, 1).rows[0] ?? {};

  it('defines again what is there, and keeps what it holds', async () => {
    await analytics().insert(visits(2002, 3));
    await analytics().define(tables);
    expect(await countsOf(analytics(), 2002)).toEqual([3, 3]);
  });

  it('refuses to define a table in which a repeat would count twice', async () => {
    const define = analytics().define(['create table bare (a Int8) engine = MergeTree order by a']);
    await expect(define).rejects.toThrow(/^bare: declare .*non_replicated_deduplication_window/);
    await analytics().define(['drop table bare']);
  });

  it('counts a batch once, however often it is inserted, in rollups too', async () => {
    const [one, other] = [visits(2003, 100), visits(2003, 100)];
    for (const batch of [one, one, other, one, other]) await analytics().insert(batch);
    await Promise.all([one, other, one].map((batch) => analytics().insert(batch)));
    expect(await countsOf(analytics(), 2003)).toEqual([200, 200]);
  });

  it('knows it again after it was ended in the midst of others', async () => {
    const batches = Array.from({ length: 30 }, () => visits(2004, 500));
    const [first, ...rest] = batches;
    if (first) await analytics().insert(first);
    const under = Promise.allSettled(rest.map((batch) => analytics().insert(batch)));
    await opened().restart();
    await under;
    for (const batch of batches) await untilInserted(analytics(), batch);
    expect(await countsOf(analytics(), 2004)).toEqual([15_000, 15_000]);
  });

  it('inserts all rows of a batch or none', async () => {
    const batch = visits(2005, 1_000);
    const wrong = { ...day, at: '2005-01-01T00:00:00Z', pages: 'many' };
    const mixed = { ...batch, rows: [...batch.rows, wrong] };
    await expect(analytics().insert(mixed)).rejects.toBeInstanceOf(QuestionRefused);
    expect(await countsOf(analytics(), 2005)).toEqual([0, 0]);
    await analytics().insert(batch); // a token that was refused is not used up
    expect(await countsOf(analytics(), 2005)).toEqual([1_000, 1_000]);
  });

  it.each<[string, FactBatch['rows']]>([
    ['a column that there is not', [{ ...day, salary: 1 }]],
    ['rows whose columns differ', [day, { id: '1' }]],
    ['a word where a number stands', [{ ...day, pages: 'many' }]],
    ['a name that is none', [{ ...day, 'a) values (1': 1 }]],
  ])('refuses a batch with %s', async (_, rows) => {
    const insert = analytics().insert({ table: 'visits', token: 'refused', rows });
    await expect(insert).rejects.toBeInstanceOf(QuestionRefused);
  });

  it('takes 10,000 rows at once, and nothing', async () => {
    await analytics().insert(visits(2006, 10_000));
    await analytics().insert(visits(2006, 0));
    expect(await countsOf(analytics(), 2006)).toEqual([10_000, 10_000]);
  });
}

/** Asks again for as long as the server is away, as whoever inserts does. */
async function untilInserted(analytics: Analytics, batch: FactBatch): Promise<void> {
  const again = () =>
    analytics.insert(batch).then(
      () => true,
      (cause: unknown) => {
        if (cause instanceof QuestionRefused) throw cause;
        return false;
      },
    );
  await vi.waitUntil(again, { timeout: 60_000 });
}

function askContract(analytics: () => Analytics): void {
  it('gives back what it took: 64 bits as strings, times, nulls, lists, any text', async () => {
    const row = {
      id: '18446744073709551615',
      at: '2007-02-03T04:05:06.789Z',
      person: 'עברית 🐈 \'"\\ \t\n\u0000 \\N',
      pages: -5,
      note: null,
      tags: ["it's", 'b\\'],
      returned: true,
    };
    const batch = { table: 'visits', token: 'of 2007', rows: [row, { ...row, note: '' }] };
    await analytics().insert(batch);
    const found = await analytics().ask({
      sql: 'select * from visits where toYear(at) = 2007 order by note nulls first',
      as: 'platform',
    });
    const shown = { ...row, at: '2007-02-03 04:05:06.789' };
    expect(found).toEqual([shown, { ...shown, note: '' }]);
  });

  it.each<[string, NonNullable<Question['values']>[string], unknown]>([
    ['String', "x'; drop table visits -- {a:String} \\ \n\t", undefined],
    ['String', '\\N', undefined],
    ['UInt64', '18446744073709551615', undefined],
    ['Int32', -7, undefined],
    ['Float64', 0.1, undefined],
    ['Bool', true, undefined],
    ['Array(String)', ["it's", '[]', 'b\\', ''], undefined],
    ['Nullable(String)', null, undefined],
    ["DateTime64(3, 'UTC')", '2026-11-26 10:00:00.123', undefined],
  ])('binds a value of type %s: %j', async (type, value) => {
    const sql = `select {value:${type}} as value`;
    expect(await analytics().ask({ sql, values: { value }, as: 'platform' })).toEqual([{ value }]);
  });

  it('keeps the values of questions apart', async () => {
    const asked = Array.from({ length: 40 }, (_, at) => at);
    const found = await Promise.all(
      asked.map((n) =>
        analytics().ask({ sql: 'select {n:UInt8} as n', values: { n }, as: 'analyst' }),
      ),
    );
    expect(found).toEqual(asked.map((n) => [{ n }]));
    const unset = analytics().ask({ sql: 'select {n:UInt8}', as: 'analyst' });
    await expect(unset).rejects.toThrow('Substitution `n` is not set');
  });

  it('says in plain words what is wrong with a question', async () => {
    const asked = (sql: string) => analytics().ask({ sql, as: 'platform' });
    await expect(asked('selekt 1')).rejects.toThrow(
      /^Syntax error: failed at position 8 \(1\): 1$/,
    );
    await expect(asked('select nothing from visits')).rejects.toThrow(
      /^Unknown expression.* identifier [`']nothing[`']/,
    );
    await expect(asked('select 1 from nowhere')).rejects.toBeInstanceOf(QuestionRefused);
  });

  it('is well', async () => {
    expect(await analytics().health()).toEqual({ ok: true });
  });
}

function analystContract(analytics: () => Analytics): void {
  const asked = (sql: string) => analytics().ask<unknown>({ sql, as: 'analyst' });

  it.each([
    ['select count() > 0 as some from visits', [{ some: true }]],
    ['with 2 as two select two', [{ two: 2 }]],
    ["(select 'a' as a) union all (select 'a')", [{ a: 'a' }, { a: 'a' }]],
    ['select uniqMerge(people) > 0 as some from visits_by_day', [{ some: true }]],
    ['select sum(number) as sum from numbers(5)', [{ sum: '10' }]],
  ])('lets an analyst read: %s', async (sql, rows) => {
    if (sql.includes('visits')) await analytics().insert(visits(2008, 10));
    const shown = (await asked(sql)).map((row) => JSON.stringify(row).replace(':1}', ':true}'));
    expect(shown).toEqual(rows.map((row) => JSON.stringify(row)));
  });

  it.each([
    "insert into visits (id) values ('1')",
    'drop table visits',
    'truncate table visits',
    'alter table visits delete where 1',
    'create table mine (a Int8) engine = Memory',
    'create temporary table mine (a Int8)',
    'optimize table visits',
    'kill query where 1',
    'system reload config',
    'set max_execution_time = 0',
    'set role platform',
    'select 1; select 2',
    'select 1; drop table visits',
    'select 1) ; drop table visits; select (1',
    'select 1 settings max_execution_time = 0',
    'select 1 settings readonly = 0',
    "select 1 into outfile 'stolen.txt'",
    "select file('/etc/passwd')",
    "select arrayMap(name -> file(name), ['/etc/passwd'])",
    "select * from viewExplain('explain', '', (select `file`('/etc/passwd')))",
    "select * from file('/etc/passwd', 'LineAsString')",
    "select * from url('http://127.0.0.1:1/', 'LineAsString')",
    "select * from s3('http://127.0.0.1:1/bucket/key', 'LineAsString')",
    "select * from remote('127.0.0.1:1', 'system', 'one')",
    "select * from postgresql('127.0.0.1:1', 'a', 'b', 'c', 'd')",
    "select * from executable('ls', 'LineAsString', 'line String')",
    "select * from '/etc/passwd'",
    'select * from system.processes',
    'select * from system.users',
    'select 1 in system.one',
    "select * from merge('system', 'processes')",
    'show grants',
  ])('refuses an analyst: %s', async (sql) => {
    await expect(asked(sql)).rejects.toBeInstanceOf(QuestionRefused);
  });

  it('bounds an analyst in rows, bytes and time, and says so', async () => {
    await expect(asked('select number from numbers(10001)')).rejects.toThrow(
      `The answer has more than ${analystBounds.rowsMax} rows.`,
    );
    await expect(asked('select sum(number) from numbers(400000000)')).rejects.toThrow(
      `The question reads more than ${analystBounds.bytesMax} bytes.`,
    );
    await expect(asked('select sleep(3), sleep(2.9), sleep(2.8), sleep(2.7)')).rejects.toThrow(
      `The question takes longer than ${analystBounds.seconds} s.`,
    );
  });
}
