import type { Generation } from './statements.ts';
import { tableOf } from './statements.ts';

/** Begins of UTC hours, in seconds since the Unix epoch. */
export type Hours = ReadonlySet<number>;

/** The hour that a time of the facts lies in. */
export function hourOf(time: string): number {
  return Math.floor(Date.parse(`${time.replace(' ', 'T')}Z`) / 3_600_000) * 3_600;
}

/** More hours than these are counted in several statements, so that none takes too long. */
const hoursAtOnceMax = 200;

/**
 * Counts the given hours anew, from folded facts, and what they are part of: done twice it comes to
 * the same, whatever was inserted twice.
 */
export function rollupStatements(generation: Generation, hours: Hours): readonly string[] {
  const sorted = [...hours].sort((a, b) => a - b);
  const parts = Array.from({ length: Math.ceil(sorted.length / hoursAtOnceMax) }, (_, at) =>
    sorted.slice(at * hoursAtOnceMax, (at + 1) * hoursAtOnceMax),
  );
  return parts.flatMap((part) => countedAnew(generation, part));
}

function countedAnew(generation: Generation, hours: readonly number[]): readonly string[] {
  const name = (table: Parameters<typeof tableOf>[0]) => tableOf(table, generation);
  // Marks lie by conversation; which of them moved in an hour the events know, which lie by time.
  const marked = `SELECT DISTINCT conversation, arrayJoin([number, read_number])
    FROM ${name('fact_events')}
    WHERE event = 'marks-moved' AND ${within('toStartOfHour(occurred_at)', hours)}`;
  return [
    `INSERT INTO ${name('rollup_events')}
     SELECT 'hour', toStartOfHour(occurred_at) AS h, event, kind, place, imported, count()
     FROM ${name('fact_events')} FINAL WHERE ${within('toStartOfHour(occurred_at)', hours)}
     GROUP BY h, event, kind, place, imported`,
    `INSERT INTO ${name('rollup_latency')}
     SELECT 'hour', toStartOfHour(marked_at) AS h, mark, ${step} AS s, count()
     FROM (SELECT * FROM ${name('fact_marks')} FINAL
           WHERE (conversation, number) IN (${marked})
             AND ${within('toStartOfHour(marked_at)', hours)}) AS k
     INNER JOIN (SELECT conversation, number, author, imported, stored_at
                 FROM ${name('fact_messages')} FINAL
                 WHERE (conversation, number) IN (${marked})) AS m
     USING (conversation, number)
     WHERE k.person != m.author AND NOT m.imported
     GROUP BY h, mark, s`,
    ...longer.flatMap(([grain, begin]) => [
      `INSERT INTO ${name('rollup_events')}
       SELECT '${grain}', ${begin('period')} AS p, event, kind, place, imported, sum(events)
       FROM ${name('rollup_events')} FINAL
       WHERE grain = 'hour' AND ${withinLonger(begin, hours)}
       GROUP BY p, event, kind, place, imported`,
      `INSERT INTO ${name('rollup_latency')}
       SELECT '${grain}', ${begin('period')} AS p, mark, step, sum(marks)
       FROM ${name('rollup_latency')} FINAL
       WHERE grain = 'hour' AND ${withinLonger(begin, hours)}
       GROUP BY p, mark, step`,
    ]),
  ];
}

/** Sixteen steps for each doubling: a step is 4.4 % wide. */
const step = `toUInt16(ceil(16 * log2(greatest(1,
  dateDiff('millisecond', m.stored_at, k.marked_at)))))`;

const longer: readonly (readonly [grain: string, begin: (of: string) => string])[] = [
  ['day', (of) => `toStartOfDay(${of})`],
  ['week', (of) => `toDateTime(toMonday(${of}), 'UTC')`],
  ['month', (of) => `toDateTime(toStartOfMonth(${of}), 'UTC')`],
];

function within(hour: string, hours: readonly number[]): string {
  return `${hour} IN (${hours.map(dateTime).join(', ')})`;
}

function withinLonger(begin: (of: string) => string, hours: readonly number[]): string {
  return `${begin('period')} IN (${hours.map((hour) => begin(dateTime(hour))).join(', ')})`;
}

function dateTime(seconds: number): string {
  return `toDateTime(${seconds}, 'UTC')`;
}
