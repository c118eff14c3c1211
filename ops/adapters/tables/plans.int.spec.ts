import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Tables } from './port.ts';
import { openTestTables } from './testing.ts';

let tables: Tables;
beforeAll(async () => {
  tables = await openTestTables();
});
afterAll(() => tables[Symbol.asyncDispose]());

it('a named statement is planned once, also when its list is short', async () => {
  await tables.script('create table thing (id integer primary key); analyze thing');
  const counts = await tables.transaction(async (tx) => {
    for (let at = 0; at < 20; at += 1) {
      await tx.query({
        name: 'things-by-ids',
        text: 'select t.id from unnest($1::integer[]) as asked (id) join thing t using (id)',
        values: [[at]],
      });
    }
    return tx.query<{ generic: bigint; custom: bigint }>({
      text: `select generic_plans as generic, custom_plans as custom from pg_prepared_statements
             where name = 'things-by-ids'`,
      values: [],
    });
  });
  expect(counts).toEqual([{ generic: 20n, custom: 0n }]);
});
