import type { Series } from '../../bench/chart.ts';
import { element, escaped, lineChart, svg } from '../../bench/chart.ts';

/** What ClickHouse answers, by column; 64-bit integers as decimal strings. */
export type Row = Readonly<Record<string, string | number | boolean | null>>;

const rowsShownMax = 16;
const columnsWidth = 680;

/** A panel as we draw it: curves where its rows have several times, else a table of the first. */
export function panelPicture(title: string, rows: readonly Row[]): string {
  const times = new Set(rows.map(({ time }) => time));
  return times.size > 1 ? curves(title, rows) : table(title, rows);
}

function curves(title: string, rows: readonly Row[]): string {
  const times = rows.map(({ time }) => Date.parse(`${String(time).replace(' ', 'T')}Z`));
  const first = Math.min(...times);
  const unitMs = Math.max(...times) - first > 3 * 86_400_000 ? 86_400_000 : 3_600_000;
  const unit = unitMs === 3_600_000 ? 'hours' : 'days';
  const since = `${new Date(first).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  const series = new Map<string, (readonly [number, number])[]>();
  for (const [at, row] of rows.entries()) {
    const x = ((times[at] ?? first) - first) / unitMs;
    const { numbers, name } = partsOf(row);
    for (const [column, value] of numbers) {
      const points = series.get(name ?? column) ?? [];
      series.set(name ?? column, points);
      points.push([x, value]);
    }
  }
  const all = [...series].map(([name, points]): Series => ({ name, points }));
  return lineChart({
    title,
    x: { label: `${unit} since ${since}` },
    y: { label: '' },
    series: all,
  });
}

/** A column of words names the curve; all others are its values. */
function partsOf({ time, ...columns }: Row) {
  const cells = Object.entries(columns);
  const words = cells.find(([, value]) => Number.isNaN(Number(value)));
  const numbers = cells
    .filter(([column, value]) => column !== words?.[0] && value !== null)
    .map(([column, value]) => [column, Number(value)] as const);
  return { name: words ? String(words[1]) : null, numbers };
}

function table(title: string, rows: readonly Row[]): string {
  const columns = Object.keys(rows[0] ?? {});
  const wide = columnsWidth / Math.max(1, columns.length);
  const shown = rows.slice(0, rowsShownMax);
  const lines = [columns, ...shown.map((row) => columns.map((column) => shortCell(row[column])))];
  const texts = lines.flatMap((cells, at) =>
    cells.map((cell, column) =>
      element(
        'text',
        { x: 20 + column * wide, y: 44 + at * 18, 'font-weight': at === 0 ? 'bold' : 'normal' },
        escaped(cell),
      ),
    ),
  );
  const left = rows.length - shown.length;
  const more = left > 0 ? ` (the first ${rowsShownMax} of ${rows.length} rows)` : '';
  return svg(44 + lines.length * 18, `${title}${more}`, texts);
}

function shortCell(value: Row[string] | undefined): string {
  return typeof value === 'number' && !Number.isInteger(value)
    ? value.toFixed(3)
    : String(value ?? '');
}

/** Panels below each other in one picture. */
export function boardPicture(title: string, panels: readonly string[]): string {
  let top = 0;
  const placed = panels.map((panel) => {
    const [, width = '720', height = '0'] = /viewBox="0 0 (\d+) (\d+)"/.exec(panel) ?? [];
    const inside = panel.replace('<svg ', `<svg y="${top}" width="${width}" height="${height}" `);
    top += Number(height) + 24;
    return inside;
  });
  const xmlns = 'http://www.w3.org/2000/svg';
  const inside = `\n${element('title', {}, escaped(title))}\n${placed.join('')}`;
  return `${element('svg', { xmlns, viewBox: `0 0 720 ${top}` }, inside)}\n`;
}
