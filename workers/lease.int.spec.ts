import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrate } from '../ops/adapters/tables/migrate.ts';
import type { Tables } from '../ops/adapters/tables/port.ts';
import { openTestTables } from '../ops/adapters/tables/testing.ts';
import { systemClock } from '../projections/clock.ts';
import { waitForLease } from './lease.ts';
import { workersMigrations } from './migrations.ts';

let tables: Tables;
beforeAll(async () => {
  tables = await openTestTables();
  await migrate(tables, workersMigrations);
});
afterAll(async () => {
  await tables[Symbol.asyncDispose]();
});

const never = new AbortController().signal;
const leaseMs = 1_500; // renewed each 500: a busy machine may stand still for a second
const ask = (name: string, holder: string, signal = never) =>
  waitForLease({ tables, name, holder, clock: systemClock, leaseMs }, signal);
const soon = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('a lease', () => {
  it('is held by one, for as long as it is renewed', async () => {
    const first = await ask('one', 'first');
    const giveUp = new AbortController();
    const second = ask('one', 'second', giveUp.signal);
    await soon(2 * leaseMs);
    expect(first?.held.aborted).toBe(false);
    giveUp.abort();
    expect(await second).toBeNull();
    await first?.release();
  });

  it('passes on at once when it is given back, with a higher epoch', async () => {
    const first = await ask('two', 'first');
    const waiting = ask('two', 'second');
    await first?.release();
    expect(first?.held.aborted).toBe(true);
    const second = await waiting;
    expect(second?.epoch).toBeGreaterThan(first?.epoch ?? 0);
    await second?.release();
  });

  it('is over for a holder whose row is another’s', async () => {
    const first = await ask('three', 'first');
    await tables.execute({
      text: `update workers.lease set holder = 'thief', epoch = epoch + 1,
               expires_at = clock_timestamp() + interval '1 hour' where name = 'three'`,
      values: [],
    });
    await expect.poll(() => first?.held.aborted, { timeout: 20_000 }).toBe(true);
    await first?.release();
    const rows = await tables.query({
      text: `select holder from workers.lease
             where name = 'three' and expires_at > clock_timestamp()`,
      values: [],
    });
    expect(rows).toEqual([{ holder: 'thief' }]);
  });

  it('is over in time when nobody can say whether it still holds', async () => {
    let away = false;
    const flaky: Tables = {
      ...tables,
      execute: (statement) =>
        away ? Promise.reject(new Error('away')) : tables.execute(statement),
    };
    const options = { name: 'four', holder: 'first', clock: systemClock, leaseMs };
    const lease = await waitForLease({ tables: flaky, ...options }, never);
    away = true;
    expect(lease?.held.aborted).toBe(false);
    await expect.poll(() => lease?.held.aborted, { timeout: 20_000 }).toBe(true);
  });

  it('has an epoch that grows even when the tables were lost', async () => {
    const first = await ask('five', 'first');
    await first?.release();
    await tables.execute({ text: `delete from workers.lease where name = 'five'`, values: [] });
    await soon(1_100);
    const again = await ask('five', 'second');
    expect(again?.epoch).toBeGreaterThan(first?.epoch ?? 0);
    await again?.release();
  });
});
