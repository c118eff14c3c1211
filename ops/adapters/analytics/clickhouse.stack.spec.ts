import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { clickhouse as clickhouseServer } from '../../stack/clickhouse.ts';
import type { TestServer } from '../../stack/testing.ts';
import { lackOf, openTestServer } from '../../stack/testing.ts';
import { openClickHouse } from './clickhouse.ts';
import { analyticsContract } from './contract.ts';
import type { Analytics, FactBatch } from './port.ts';
import { openProxy } from './testing/proxy.ts';

const missing = lackOf(clickhouseServer);
const title = `the engine of ClickHouse behind our face (${missing ?? 'a server of its own'})`;
let server: TestServer;

describe.skipIf(missing !== null)(title, () => {
  beforeAll(async () => {
    server = await openTestServer(clickhouseServer);
  });
  afterAll(() => server[Symbol.asyncDispose]());

  analyticsContract('ClickHouse', async () => {
    const analytics = await openClickHouse({ url: server.option.value });
    return {
      analytics,
      restart: async () => {
        await server.kill();
        await server.start();
      },
      dispose: () => analytics[Symbol.asyncDispose](),
    };
  });

  const taken = `create table if not exists taken (batch UInt32, n UInt32)
    engine = MergeTree order by (batch, n) settings non_replicated_deduplication_window = 10000`;
  const batch = (number: number): FactBatch => ({
    table: 'taken',
    token: `batch ${number}`,
    rows: Array.from({ length: 1_000 }, (_, n) => ({ batch: number, n })),
  });
  const countOf = async (analytics: Analytics) => {
    const sql =
      'select toUInt32(count()) as rows, toUInt32(uniqExact(batch)) as batches from taken';
    return (await analytics.ask({ sql, as: 'platform' }))[0];
  };

  it('counts once what is inserted again by another process, while answers are lost', async () => {
    await using proxy = await openProxy(server.port);
    const url = new URL(server.option.value);
    url.port = `${proxy.port}`;
    await using one = await openClickHouse({ url: url.href });
    await using other = await openClickHouse({ url: server.option.value });
    await other.define([taken]);
    for (let number = 0; number < 20; number += 1) {
      proxy.lets(number % 2 === 0 ? 'be lost' : 'pass');
      const [first, second] = await Promise.allSettled([
        one.insert(batch(number)),
        other.insert(batch(number)),
      ]);
      expect(second.status).toBe('fulfilled');
      if (number % 2 === 0) expect(first.status).toBe('rejected');
    }
    expect(await countOf(other)).toEqual({ rows: 20_000, batches: 20 });
  });

  it('loses nothing that it took when it is killed, and forgets no token', async () => {
    await using analytics = await openClickHouse({ url: server.option.value });
    await analytics.insert(batch(20));
    await server.kill();
    await server.start();
    const again = () =>
      analytics.insert(batch(20)).then(
        () => true,
        () => false, // by a connection that was kept, or by the breaker
      );
    await vi.waitUntil(again, { timeout: 60_000 });
    expect(await countOf(analytics)).toEqual({ rows: 21_000, batches: 21 });
  });
});
