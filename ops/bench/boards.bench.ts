import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { figures } from '../../projections/facts/figures.ts';
import { rollupStatements } from '../../projections/facts/rollups.ts';
import { tableOf, tableStatements, viewStatements } from '../../projections/facts/statements.ts';
import type { TableName } from '../../projections/facts/tables.ts';
import { openEmbeddedAnalytics } from '../adapters/analytics/embedded.ts';
import { median } from './load/fit.ts';
import { report } from './load/report.ts';

// Every panel of the boards, and every figure over all of it, with 10,000,000 facts of a year: 3 in
// 10 a message, 5 marks; 700 conversations a day out of 200,000, about 2,700 active people a day
// out of 50,000.
const facts = 10_000_000;
const atOnce = 500_000;
const rounds = 5;
const beginMs = Date.UTC(2025, 10, 26);
const everyMs = 3_153;

const folder = mkdtempSync(join(tmpdir(), 'parley-boards-bench-'));
const analytics = openEmbeddedAnalytics({ folder });
await analytics.define([...tableStatements('bench'), ...viewStatements('bench', figures)]);
for (let from = 0; from < facts; from += atOnce) await analytics.define(fill(from));
await analytics.define(fillOnce());
for (let hour = beginMs / 1_000; hour < (beginMs + facts * everyMs) / 1_000; hour += 86_400) {
  const day = Array.from({ length: 24 }, (_, at) => hour + at * 3_600);
  await analytics.define(rollupStatements('bench', new Set(day)));
}

const asked = [...panels(), ...figures.map(wholeFigure)];
const rows: { readonly what: string; readonly value: number; readonly unit: string }[] = [];
for (const { what, sql } of asked) {
  const took: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const startedAt = performance.now();
    await analytics.ask({ sql, as: 'analyst' });
    took.push(performance.now() - startedAt);
  }
  rows.push({ what, value: median(took), unit: 'ms' });
}
await analytics[Symbol.asyncDispose]();
rmSync(folder, { recursive: true });
const longest = Math.max(...rows.map(({ value }) => value));
report('boards', {
  title: 'Boards over 10,000,000 facts',
  note: `median of ${rounds}, as a reader, through the driver; the engine of ClickHouse in chdb`,
  rows: [{ what: 'the slowest', value: longest, unit: 'ms', must: 1_000, aim: 200 }, ...rows],
});

/** As the data source writes them, with the span that the board opens with. */
function panels(): readonly { readonly what: string; readonly sql: string }[] {
  const boards = new URL('../deploy/grafana/boards/', import.meta.url);
  return readdirSync(boards).flatMap((name) => {
    const { title, time, panels } = JSON.parse(readFileSync(new URL(name, boards), 'utf8'));
    const [, count, unit] = /^now-(\d+)([dy])$/.exec(time.from) ?? [];
    const to = (beginMs + facts * everyMs) / 1_000;
    const from = to - Number(count) * (unit === 'y' ? 365 : 1) * 86_400;
    return panels.map((panel: { title: string; targets: readonly { rawSql: string }[] }) => ({
      what: `${title}: ${panel.title}`,
      sql: (panel.targets[0]?.rawSql ?? '')
        .replace(/\$__timeFilter\((\w+)\)/g, `$1 BETWEEN toDateTime(${from}) AND toDateTime(${to})`)
        .replace(
          /\$__dateFilter\((\w+)\)/g,
          `$1 BETWEEN toDate(toDateTime(${from})) AND toDate(toDateTime(${to}))`,
        ),
    }));
  });
}

function wholeFigure({ name, columns }: (typeof figures)[number]) {
  const byDay = 'grain' in columns ? `WHERE grain = 'day'` : '';
  return { what: `${name}, all of it`, sql: `SELECT * FROM ${name} ${byDay}` };
}

/** The facts from one number on; what happens is worked out from the number alone. */
function fill(from: number): readonly string[] {
  const at = `toDateTime64('2025-11-26 00:00:00', 3, 'UTC')
    + toIntervalMillisecond(toInt64(number * ${everyMs}))`;
  const talk = `(cityHash64(intDiv(number, 27397) * 3000
    + cityHash64(intDiv(number, 10)) % 700) % 200000 + 1)`;
  const who = `(cityHash64(${talk} * 8 + cityHash64(number) % 4) % 50000 + 1)`;
  const message = 'intDiv(number, 10) * 3 + number % 3 + 1';
  const kinds = `multiIf(number % 10 < 3, 'message-sent', number % 10 < 8, 'marks-moved',
    number % 10 = 8, 'reaction-added', 'message-edited')`;
  const into = (table: TableName, columns: string, values: string, where = '1') =>
    `INSERT INTO ${tableOf(table, 'bench')} (${columns})
     SELECT ${values} FROM numbers(${from}, ${atOnce}) WHERE ${where}`;
  const place = `if(${talk} % 2 = 0, 'direct', 'shared')`;
  const sent = 'number % 10 < 3';
  return [
    into(
      'fact_events',
      `position, event, kind, place, person, conversation, number, read_number, occurred_at,
       stored_at`,
      `number, ${kinds}, if(${sent}, 'text', ''), if(${sent}, ${place}, ''), ${who}, ${talk},
       ${message}, if(number % 10 IN (6, 7), ${message}, 0), ${at}, ${at}`,
    ),
    into(
      'fact_messages',
      'conversation, number, author, form, place, position, occurred_at, stored_at',
      `${talk}, ${message}, ${who}, 'text', ${place}, number, ${at}, ${at}`,
      sent,
    ),
    into(
      'fact_marks',
      'conversation, number, person, mark, marked_at',
      `${talk}, ${message}, ${who}, if(number % 10 < 6, 'delivered', 'read'),
       ${at} + toIntervalMillisecond(cityHash64(number) % 5000)`,
      'number % 10 BETWEEN 3 AND 7',
    ),
    into('active_days', 'day, person, wrote', `DISTINCT toDate(${at}), ${who}, ${sent}`),
    into('talking_days', 'day, conversation', `DISTINCT toDate(${at}), ${talk}`, sent),
    into('fact_memberships', 'conversation, person, joined_at', `${talk}, ${who}, ${at}`, sent),
    into(
      'fact_authorships',
      'conversation, author, first_number, last_number',
      `${talk}, ${who}, ${message}, ${message}`,
      sent,
    ),
  ];
}

function fillOnce(): readonly string[] {
  const at = (minutes: string) =>
    `toDateTime64('2025-11-26 00:00:00', 3, 'UTC') + toIntervalMinute(${minutes})`;
  return [
    `INSERT INTO ${tableOf('dim_person', 'bench')} (person, kind, registered_at)
     SELECT number + 1, 'person', ${at('number * 10')} FROM numbers(50000)`,
    `INSERT INTO ${tableOf('dim_conversation', 'bench')} (conversation, kind, started_at)
     SELECT number + 1, ['direct', 'group', 'channel'][number % 3 + 1], ${at('number * 2')}
     FROM numbers(200000)`,
    `INSERT INTO ${tableOf('facts_progress', 'bench')} (partition, position, stored_at)
     SELECT number, 10000000, ${at('525000')} FROM numbers(8)`,
  ];
}
