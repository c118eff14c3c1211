import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbeddedAnalytics } from '../adapters/analytics/embedded.ts';
import type { FactBatch } from '../adapters/analytics/port.ts';
import { report } from './load/report.ts';

// Facts of messages into a table with a rollup, through the driver and ClickHouse's HTTP protocol.
const batches = 100;
const batchRows = 10_000;
const atOnce = 2;
const columns = `id UInt64, at DateTime64(3, 'UTC'), kind LowCardinality(String), person String,
  conversation String, number UInt32, characters UInt32, latency UInt32,
  device LowCardinality(String), edited Bool`;
const tables = [
  `create table facts (${columns}) engine = MergeTree partition by toYYYYMM(at)
   order by (kind, at) settings non_replicated_deduplication_window = 10000`,
  `create table facts_by_hour (
     hour DateTime('UTC'), kind LowCardinality(String), facts SimpleAggregateFunction(sum, UInt64),
     people AggregateFunction(uniq, String)
   ) engine = AggregatingMergeTree order by (hour, kind)
   settings non_replicated_deduplication_window = 10000`,
  `create materialized view facts_to_hours to facts_by_hour as
   select toStartOfHour(at) as hour, kind, count() as facts, uniqState(person) as people
   from facts group by hour, kind`,
];

const folder = mkdtempSync(join(tmpdir(), 'parley-analytics-bench-'));
const analytics = openEmbeddedAnalytics({ folder });
const startedAt = performance.now();
await analytics.ask({ sql: 'select 1', as: 'platform' });
const firstAnswerMs = performance.now() - startedAt;
const idleMiB = memoryOf(analytics.pid());
await analytics.define(tables);

const people = Array.from({ length: 5_000 }, () => randomUUID());
const all = Array.from({ length: batches }, (_, at) => batchOf(at));
await analytics.insert({ ...batchOf(0), token: 'warm' });
const cpuBefore = cpuOf(analytics.pid());
const ownBefore = process.cpuUsage();
const [seconds, secondsAlone] = [await insertAll(all, atOnce), await insertAll(renamed(all), 1)];
const own = process.cpuUsage(ownBefore);
const engineCpu = cpuOf(analytics.pid()) - cpuBefore;
const [counted] = await analytics.ask<{ rows: string; rolled: string }>({
  sql: `select count() as rows, (select sum(facts) from facts_by_hour) as rolled from facts`,
  as: 'platform',
});
const rows = batches * batchRows;
const expected = `${2 * rows + batchRows}`;
if (counted?.rows !== expected || counted.rolled !== expected) throw new Error('facts are missing');
const loadedMiB = memoryOf(analytics.pid());
await analytics[Symbol.asyncDispose]();
rmSync(folder, { recursive: true });

report('analytics-ingest', {
  title: 'Facts into analytics',
  note:
    `${batches} batches of ${batchRows} rows, each flushed; the engine of ClickHouse in chdb ` +
    'behind our HTTP face, not its server; load, driver and engine on the same cores',
  rows: [
    {
      ...{ what: 'two batches at once', value: rows / seconds, unit: 'rows/s' },
      ...{ must: 100_000, aim: 200_000, atLeast: true },
    },
    { what: 'one batch after another', value: rows / secondsAlone, unit: 'rows/s' },
    {
      ...{ what: 'CPU of the engine for a row', unit: 'µs' },
      value: (engineCpu * 1e6) / (2 * rows),
    },
    {
      ...{ what: 'CPU of the driver for a row', unit: 'µs' },
      value: (own.user + own.system) / (2 * rows),
    },
    { what: 'first answer of the engine, with its start', value: firstAnswerMs, unit: 'ms' },
    { what: 'memory of the engine, idle', value: idleMiB, unit: 'MiB' },
    { what: 'memory of the engine, afterwards', value: loadedMiB, unit: 'MiB' },
  ],
});

function batchOf(at: number): FactBatch {
  const from = Date.UTC(2026, 10, 1) + at * 600_000; // ms since the Unix epoch
  const rowOf = (_: unknown, n: number) => ({
    id: `${at * batchRows + n}`,
    at: new Date(from + 60 * n).toISOString(),
    kind: n % 10 === 0 ? 'message-edited' : 'message-sent',
    person: people[(n * 7) % people.length] ?? '',
    conversation: people[(n * 13) % people.length] ?? '',
    number: n,
    characters: (n * 31) % 400,
    latency: (n * 17) % 90,
    device: n % 3 === 0 ? 'web' : 'phone',
    edited: n % 10 === 0,
  });
  return {
    ...{ table: 'facts', token: `batch ${at}` },
    rows: Array.from({ length: batchRows }, rowOf),
  };
}

function renamed(of: readonly FactBatch[]): readonly FactBatch[] {
  return of.map((batch) => ({ ...batch, token: `${batch.token}, again` }));
}

async function insertAll(of: readonly FactBatch[], lanes: number): Promise<number> {
  const began = performance.now();
  const left = of.values();
  const lane = async (): Promise<void> => {
    for (const batch of left) await analytics.insert(batch);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return (performance.now() - began) / 1_000;
}

function memoryOf(pid: number | null): number {
  const [, kib] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kib) / 1_024;
}

/** In seconds, as Linux counts them: in hundredths. */
function cpuOf(pid: number | null): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
