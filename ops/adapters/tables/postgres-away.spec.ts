import { expect, it } from 'vitest';
import { TablesUnavailable } from './port.ts';
import type { PostgresOptions } from './postgres.ts';
import { openPostgres } from './postgres.ts';

const connection = { url: 'postgres://127.0.0.1:1/x' }; // nobody listens there
const open = (more: Partial<PostgresOptions> = {}) =>
  openPostgres({ ...{ connection, poolMax: 4, statementTimeoutMs: 1_000 }, ...more });
const asking = { text: 'select 1', values: [] };

it('a Postgres that is away is left alone after some calls, whatever is asked', async () => {
  await using tables = open();
  const reasons = [];
  for (let n = 0; n < 7; n += 1) {
    const asked = n % 2 === 0 ? tables.query(asking) : tables.transaction((tx) => tx.query(asking));
    reasons.push(
      await asked.catch((cause: TablesUnavailable) => `${cause.name}: ${cause.message}`),
    );
  }
  const refused = 'TablesUnavailable: Postgres does not answer';
  expect(reasons).toEqual([...Array(5).fill(`${refused} (ECONNREFUSED)`), refused, refused]);
  expect(tables.breaker?.()).toBe('open');
  expect(await tables.health()).toEqual({ ok: false, reason: 'Postgres does not answer' });
});

it('more than may wait for Postgres is refused', async () => {
  await using tables = open({ waitingMax: 1 });
  const [first, second] = await Promise.allSettled([tables.query(asking), tables.query(asking)]);
  expect(first).toMatchObject({ reason: expect.any(TablesUnavailable) });
  expect(second).toMatchObject({ reason: { message: 'too much waits for Postgres' } });
});
