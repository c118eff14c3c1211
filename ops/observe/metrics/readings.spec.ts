import { describe, expect, it } from 'vitest';
import { eventsPartitions } from '../../../schemas/records/topics.ts';
import { manualClock } from '../../../workers/testing/manual-clock.ts';
import { AnalyticsSwitchedOff, AnalyticsUnavailable } from '../../adapters/analytics/port.ts';
import type { RecordedEvent } from '../../adapters/event-store/port.ts';
import type { Reading } from './meter.ts';
import type { Watched } from './readings.ts';
import { readPlatform } from './readings.ts';

const lags: Readonly<Record<string, readonly number[]>> = { courier: [5, 0], 'facts-f2': [7] };

/** Facts in tables of these generations. */
function factsOf(begun: readonly { readonly generation: string; readonly version: number }[]) {
  const ask = async ({ sql }: { readonly sql: string }) =>
    sql.includes('system.tables') ? [{ tables: begun.length }] : begun;
  return { ask };
}

const never = () => new Promise<never>(() => undefined);
const event = (stream: string, recordedAtMs: number) => ({ stream, recordedAtMs }) as RecordedEvent;

/** A process whose machines answer, but for what is told otherwise. */
function watched(but: { readonly machines?: object; readonly checks?: Watched['checks'] } = {}) {
  const clock = manualClock();
  const machines = {
    ...{ clock, now: () => 100_000, folder: null, cache: { breaker: () => 'open' } },
    ...{ objects: {}, search: {}, analytics: factsOf([{ generation: 'f2', version: 2 }]) },
    eventStore: {
      head: async () => 7n,
      counters: () => ({ appends: 1, flushes: 2, eventsWritten: 3, eventsRead: 4 }),
      readAll: async function* () {
        yield [event('snapshot-conversation-1', 1), event('conversation-1', 88_000)];
      },
    },
    eventLog: {
      newest: async () => Array.from({ length: eventsPartitions }, () => null),
      lag: async (_topic: string, groups: readonly string[]) =>
        groups.map((group) => lags[group] ?? [0, 2]),
    },
    tables: {
      counters: () => ({ statements: 1, rowsRead: 2, rowsWritten: 3 }),
      query: async ({ name }: { readonly name: string }) =>
        name === 'workers-leases' ? [{ name: 'relay', held: false }] : [],
    },
    ...but.machines,
  };
  const edge = null;
  const commands = { depth: () => ({ mailboxes: 1, commands: 2 }) };
  const runner = { health: () => [{ name: 'relay', state: 'waiting', restarts: 4 }] };
  const progress = { reached: () => 3n };
  const { checks = {} } = but;
  const all = { machines, checks, progress, runner, commands, edge } as unknown as Watched;
  return { all, clock };
}

function valueIn(readings: readonly Reading[], name: string, labels: object = {}) {
  const found = readings.find(
    (one) => one.name === name && JSON.stringify({ ...one.labels }) === JSON.stringify(labels),
  );
  return found?.value;
}

describe('what a process reads when it is scraped', () => {
  it('is where its workers and the platform stand', async () => {
    const readings = await readPlatform(watched().all);
    const value = (name: string, labels = {}) => valueIn(readings, name, labels);
    expect(value('parley_worker_running', { worker: 'relay' })).toBe(0);
    expect(value('parley_worker_restarts_total', { worker: 'relay' })).toBe(4);
    expect(value('parley_lease_held', { lease: 'relay' })).toBe(0);
    expect(value('parley_consumer_lag_records', { group: 'courier', partition: '0' })).toBe(5);
    expect(value('parley_consumer_lag_records', { group: 'projector', partition: '1' })).toBe(2);
    expect(value('parley_consumer_lag_records', { group: 'facts', partition: '0' })).toBe(7);
    expect(value('parley_breaker_state', { machine: 'cache', state: 'open' })).toBe(1);
    expect(value('parley_breaker_state', { machine: 'cache', state: 'closed' })).toBe(0);
  });

  it('is the lag of the facts that are filled now, and none where there are none', async () => {
    const lag = async (analytics: object) => {
      const readings = await readPlatform(watched({ machines: { analytics } }).all);
      const failed = valueIn(readings, 'parley_scrape_part_failed', { part: 'lag of facts' });
      const labels = { group: 'facts', partition: '0' };
      return [failed, valueIn(readings, 'parley_consumer_lag_records', labels)];
    };
    const older = { generation: 'f1', version: 1, in_use: true };
    expect(await lag(factsOf([older, { generation: 'f2', version: 2 }]))).toEqual([0, 7]);
    expect(await lag(factsOf([]))).toEqual([0, undefined]);
    const off = async () => Promise.reject(new AnalyticsSwitchedOff('off'));
    expect(await lag({ ask: off })).toEqual([0, undefined]);
    const away = async () => Promise.reject(new AnalyticsUnavailable('away'));
    expect(await lag({ ask: away })).toEqual([1, undefined]);
  });

  it('tells the age of the oldest event that has to travel and did not, in seconds', async () => {
    const readings = await readPlatform(watched().all);
    expect(valueIn(readings, 'parley_read_models_age_seconds')).toBe(12);
    const nothing = { readAll: async function* () {}, head: async () => 3n, counters: () => ({}) };
    const { all } = watched({ machines: { eventStore: nothing } });
    expect(valueIn(await readPlatform(all), 'parley_read_models_age_seconds')).toBe(0);
  });

  it('leaves out what a machine does not tell in time, names it, and tells the rest', async () => {
    const tables = { counters: () => ({}), query: never };
    const { all, clock } = watched({ machines: { tables } });
    const asked = readPlatform(all);
    await clock.advance(3_000);
    const readings = await asked;
    expect(valueIn(readings, 'parley_lease_held', { lease: 'relay' })).toBeUndefined();
    expect(valueIn(readings, 'parley_scrape_part_failed', { part: 'leases' })).toBe(1);
    expect(valueIn(readings, 'parley_scrape_part_failed', { part: 'positions' })).toBe(0);
    expect(valueIn(readings, 'parley_store_head_position')).toBe(7);
    expect(clock.timers()).toBe(0);
  });

  it('calls a machine down that says so, that throws, and that does not answer', async () => {
    const { all, clock } = watched({
      checks: {
        cache: async () => ({ ok: true }),
        tables: async () => ({ ok: false, reason: 'it is full' }),
        'event log': () => Promise.reject(new Error('away')),
        'event store': never,
      },
    });
    const asked = readPlatform(all);
    await clock.advance(3_000);
    const readings = await asked;
    const up = (machine: string) => valueIn(readings, 'parley_machine_up', { machine });
    expect([up('cache'), up('tables'), up('event log'), up('event store')]).toEqual([1, 0, 0, 0]);
  });
});
