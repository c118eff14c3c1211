import type { Analytics } from '../../ops/adapters/analytics/port.ts';
import { QuestionRefused } from '../../ops/adapters/analytics/port.ts';
import type { Figure } from './figures.ts';
import { figures } from './figures.ts';

export type Grain = 'hour' | 'day' | 'week' | 'month';
export type FactsUpTo = { readonly position: bigint; readonly storedAtMs: number | null };
export type FigureRow = Readonly<Record<string, number | string | boolean | Date>>;

/** Nothing was counted yet: the worker of the facts has not begun. */
export class NoFactsYet extends Error {
  override readonly name = 'NoFactsYet';
}

/** What is asked of a figure; the grain only where it has one. */
export type FigureQuestion = {
  readonly figure: Figure;
  readonly from: Date; // inclusive
  readonly to: Date; // exclusive
  readonly grain: Grain | null;
};

/** What every figure counts. */
export const definitions = figures;

/** The published definition of a figure. */
export function definitionOf(name: string): Figure {
  const found = figures.find((figure) => figure.name === name);
  if (!found) throw new RangeError(`no figure ${name}`);
  return found;
}

/** Rows of a figure, in order of time; times as dates, counts as numbers. */
export async function figureRows(
  analytics: Analytics,
  { figure, from, to, grain }: FigureQuestion,
): Promise<readonly FigureRow[]> {
  const [time = ''] = Object.keys(figure.columns).filter((column) => column !== 'grain');
  const isDay = figure.columns[time]?.[0] === 'Date';
  const moment = (name: string) =>
    isDay ? `toDate({${name}:DateTime('UTC')})` : `{${name}:DateTime('UTC')}`;
  const ofGrain = grain === null ? '' : 'AND grain = {grain:String}';
  const rows = await ask<Readonly<Record<string, string | number | boolean>>>(analytics, {
    sql: `SELECT * FROM ${figure.name}
          WHERE ${time} >= ${moment('from')} AND ${time} < ${moment('to')} ${ofGrain} ORDER BY ALL`,
    values: { from: secondsOf(from), to: secondsOf(to), ...(grain !== null && { grain }) },
  });
  return rows.map((row) => readRow(figure, row));
}

/** Up to where every event is counted: the least of all partitions. */
export async function factsUpTo(analytics: Analytics, partitions: number): Promise<FactsUpTo> {
  const [row] = await ask<{ readonly position: string; readonly stored_at: string | null }>(
    analytics,
    {
      sql: `WITH (SELECT if(count() < {partitions:UInt32}, 0, min(position))
                  FROM facts_progress) AS p
            SELECT toString(p) AS position, toString(maxOrNull(stored_at)) AS stored_at
            FROM facts_progress WHERE event_position > 0 AND event_position <= p`,
      values: { partitions },
    },
  );
  const storedAt = row?.stored_at ?? null;
  return {
    position: BigInt(row?.position ?? 0),
    storedAtMs: storedAt === null ? null : momentOf(storedAt).getTime(),
  };
}

async function ask<Row>(
  analytics: Analytics,
  question: { readonly sql: string; readonly values: Readonly<Record<string, string | number>> },
): Promise<readonly Row[]> {
  try {
    return await analytics.ask<Row>({ ...question, as: 'analyst' });
  } catch (cause) {
    const isMissing = cause instanceof QuestionRefused && /unknown table/i.test(cause.message);
    throw isMissing ? new NoFactsYet('Nothing was counted yet.') : cause;
  }
}

function readRow(
  figure: Figure,
  row: Readonly<Record<string, string | number | boolean>>,
): FigureRow {
  return Object.fromEntries(
    Object.entries(figure.columns).map(([column, [type]]) => {
      const value = row[column] ?? '';
      if (type.startsWith('Date')) return [column, momentOf(String(value))];
      return [column, /^(UInt|Float)/.test(type) ? Number(value) : value];
    }),
  );
}

function momentOf(text: string): Date {
  return new Date(`${text.replace(' ', 'T')}${text.length > 10 ? '' : 'T00:00:00'}Z`);
}

function secondsOf(moment: Date): string {
  return moment.toISOString().slice(0, 19).replace('T', ' ');
}
