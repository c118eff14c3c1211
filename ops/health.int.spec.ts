import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readinessOf } from '../api/http/health.ts';
import { systemClock } from '../projections/clock.ts';
import { openServedCache } from './adapters/cache/served.ts';
import { openServedEventLog } from './adapters/event-log/served.ts';
import { openEventStore } from './adapters/event-store/open.ts';
import { openPostgres } from './adapters/tables/postgres.ts';
import { freePort } from './free-port.ts';

const folder = mkdtempSync(join(tmpdir(), 'parley-health-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Each driver with its machine away. */
const away = {
  'event store': async () =>
    openEventStore({
      kind: 'eventstoredb',
      connectionString: `esdb://me:hunter2@127.0.0.1:${await freePort()}?tls=false`,
    }),
  'event store, embedded': async () => {
    const store = await openEventStore({ kind: 'embedded', path: join(folder, 'events.db') });
    await store[Symbol.asyncDispose]();
    return store;
  },
  'event log': async () => openServedEventLog({ path: join(folder, 'nobody') }),
  tables: async () =>
    openPostgres({
      connection: { url: `postgres://me:hunter2@127.0.0.1:${await freePort()}/parley` },
      ...{ poolMax: 1, statementTimeoutMs: 1_000 },
    }),
  cache: async () => openServedCache({ path: join(folder, 'nobody') }),
};

describe('/health/ready of a process whose machine is away', () => {
  it.each(Object.entries(away))('names a cause for the %s, and no password', async (...of) => {
    const [name, open] = of;
    const machine = await open();
    const checks = { [name]: () => machine.health() };
    const readiness = await readinessOf({
      ...{ checks, accepting: () => true, clock: systemClock },
    });
    await machine[Symbol.asyncDispose]();
    expect(readiness.lacks).toEqual([name]);
    expect(readiness.checks[name]).toMatch(/\w+ \w+/);
    expect(readiness.checks[name]).not.toMatch(/does not say why|hunter2/);
  });
});
