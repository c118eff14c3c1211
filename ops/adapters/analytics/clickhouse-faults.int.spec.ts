import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { PlainError } from '../../plain-error.ts';
import { openClickHouse } from './clickhouse.ts';
import type { EngineProcess } from './engine-process.ts';
import { startEngine } from './engine-process.ts';
import type { Analytics } from './port.ts';
import { AnalyticsUnavailable } from './port.ts';
import { openProxy } from './testing/proxy.ts';

const folder = mkdtempSync(join(tmpdir(), 'parley-analytics-'));
let engine: EngineProcess;

beforeAll(async () => {
  engine = await startEngine(folder, { orAny: true });
});
afterAll(async () => {
  await engine.stop();
  rmSync(folder, { recursive: true });
});

const portOf = (url: string) => Number(new URL(url).port);

function urlWith(change: (url: URL) => void): string {
  const url = new URL(engine.url);
  change(url);
  return url.href;
}

function through({ port }: { readonly port: number }): string {
  return urlWith((url) => {
    url.port = `${port}`;
  });
}

const one = { sql: 'select 1 as one', as: 'platform' } as const;
const seen = [
  `create table if not exists seen (n UInt32) engine = MergeTree order by n
   settings non_replicated_deduplication_window = 10000`,
  `create table if not exists seen_by_thousand (thousand UInt32, times UInt32)
   engine = SummingMergeTree order by thousand
   settings non_replicated_deduplication_window = 10000`,
  `create materialized view if not exists seen_to_thousands to seen_by_thousand as
   select intDiv(n, 1000) * 1000 as thousand, count() as times from seen group by thousand`,
];

/** In the table, and in the rollup. */
async function countOf(analytics: Analytics, thousand: number): Promise<readonly number[]> {
  const sql = `select
    (select toUInt32(count()) from seen where intDiv(n, 1000) * 1000 = {thousand:UInt32}) as found,
    (select toUInt32(sum(times)) from seen_by_thousand
      where thousand = {thousand:UInt32}) as rolled`;
  const [row] = await analytics.ask<{ found: number; rolled: number }>({
    ...{ sql, values: { thousand }, as: 'platform' },
  });
  return row ? [row.found, row.rolled] : [];
}

function numbers(from: number) {
  const rows = Array.from({ length: 10 }, (_, at) => ({ n: from + at }));
  return { table: 'seen', token: `from ${from}`, rows };
}

describe('a ClickHouse whose network goes wrong', () => {
  it('counts a batch once whose answer was lost', async () => {
    await using proxy = await openProxy(portOf(engine.url));
    await using analytics = await openClickHouse({ url: through(proxy) });
    await analytics.define(seen);
    proxy.lets('be lost');
    await expect(analytics.insert(numbers(0))).rejects.toBeInstanceOf(AnalyticsUnavailable);
    proxy.lets('pass');
    await vi.waitUntil(async () => (await analytics.health()).ok, { timeout: 20_000 });
    await analytics.insert(numbers(0));
    expect(await countOf(analytics, 0)).toEqual([10, 10]);
  });

  it('asks again by itself when only one answer is lost', async () => {
    await using proxy = await openProxy(portOf(engine.url));
    await using analytics = await openClickHouse({ url: through(proxy) });
    await analytics.define(seen);
    proxy.lets('the first be lost');
    await analytics.insert(numbers(1_000));
    expect(await countOf(analytics, 1_000)).toEqual([10, 10]);
  });

  it('gives a call up in its time, and health sooner', async () => {
    await using proxy = await openProxy(portOf(engine.url));
    await using analytics = await openClickHouse({ url: through(proxy), withinMs: 3_000 });
    proxy.lets('hang');
    const asked = analytics.ask(one);
    expect(await analytics.health()).toEqual({ ok: false, reason: 'no answer within 2000 ms' });
    await expect(asked).rejects.toThrow(/^the ClickHouse at 127.0.0.1:\d+ does not answer$/);
    proxy.lets('pass');
    await vi.waitUntil(async () => (await analytics.health()).ok, { timeout: 20_000 });
  });

  it('leaves a server alone that fails, but for one call now and then', async () => {
    await using proxy = await openProxy(portOf(engine.url));
    await using analytics = await openClickHouse({ url: through(proxy) });
    proxy.lets('be lost');
    const before = proxy.requests();
    const asked = await Promise.allSettled(Array.from({ length: 200 }, () => analytics.ask(one)));
    expect(asked.every(({ status }) => status === 'rejected')).toBe(true);
    expect(proxy.requests() - before).toBeLessThan(100); // of up to 600
    proxy.lets('pass');
    await vi.waitUntil(async () => (await analytics.health()).ok, { timeout: 20_000 });
  });

  it('refuses more than may wait', async () => {
    await using analytics = await openClickHouse({ url: engine.url, waitingMax: 4 });
    const asked = Array.from({ length: 30 }, () => analytics.ask(one));
    const refused = (await Promise.allSettled(asked)).filter((one) => one.status === 'rejected');
    expect(refused).toHaveLength(10); // 16 are asked at once
    expect(refused[0]?.reason).toBeInstanceOf(AnalyticsUnavailable);
  });
});

describe('a ClickHouse that is not what was expected', () => {
  it('may be away at the start: it is looked at again', async () => {
    await using proxy = await openProxy(portOf(engine.url));
    proxy.lets('be lost');
    await using analytics = await openClickHouse({ url: through(proxy) });
    await expect(analytics.ask(one)).rejects.toBeInstanceOf(AnalyticsUnavailable);
    proxy.lets('pass');
    await vi.waitUntil(async () => (await analytics.health()).ok, { timeout: 20_000 });
    expect(await analytics.ask(one)).toEqual([{ one: 1 }]);
  });

  it('makes the database that the address names', async () => {
    const url = urlWith((at) => {
      at.pathname = '/other_facts';
      at.search = '';
    });
    await using analytics = await openClickHouse({ url });
    await analytics.define(seen);
    await analytics.insert(numbers(0));
    expect(await countOf(analytics, 0)).toEqual([10, 10]);
  });

  it('gets no table that would forget what it took', async () => {
    await using analytics = await openClickHouse({ url: engine.url });
    const define = analytics.define(['create table bare (a Int8) engine = MergeTree order by a']);
    await expect(define).rejects.toThrow(/^bare: declare/);
    await analytics.define(['drop table bare']);
  });

  it('is refused, without its password, where it takes no such account', async () => {
    const url = urlWith((at) => {
      at.password = 'hunter2';
    });
    const opened = openClickHouse({ url });
    await expect(opened).rejects.toBeInstanceOf(PlainError);
    await expect(opened).rejects.toThrow(/AUTHENTICATION_FAILED.*PARLEY_ANALYTICS/);
    await expect(opened).rejects.not.toThrow('hunter2');
  });

  it('is refused with a sentence where its reader may write', async () => {
    const url = urlWith((at) => at.searchParams.set('reader', `${at.username}:${at.password}`));
    await expect(openClickHouse({ url })).rejects.toThrow(/reader .* may write: .*users\.xml/);
  });

  it('is refused with a sentence where it is too old', async () => {
    const old = createServer((_, response) => void response.end('{"version":"24.12.1.1"}\n'));
    await new Promise<void>((resolve) => old.listen(0, '127.0.0.1', resolve));
    const address = old.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    await expect(openClickHouse({ url: through({ port }) })).rejects.toThrow(
      /is version 24\.12\.1\.1: Parley needs 25\.8 or newer\.$/,
    );
    old.close();
  });

  it('asks no question of an analyst where the address names no reader', async () => {
    const url = urlWith((at) => {
      at.search = '';
    });
    await using analytics = await openClickHouse({ url });
    await expect(analytics.ask({ sql: 'select 1', as: 'analyst' })).rejects.toThrow(
      /names no reader/,
    );
  });
});
