import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../tidy/sources.ts';
import { capacityPage } from './capacity.ts';
import { barChart, lineChart, stackedChart } from './chart.ts';
import type { Result, Row } from './load/report.ts';
import { meets, resultsFolder, shown } from './load/report.ts';

const pictures = join(root, 'ops/docs/pictures');

/** Writes ops/docs/benches.md, its pictures and capacity.md from what lies in ops/bench/results. */
export function writeReport(): void {
  const results = readdirSync(resultsFolder)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file): Result => JSON.parse(readFileSync(join(resultsFolder, file), 'utf8')));
  mkdirSync(pictures, { recursive: true });
  const page = pageOf(results, proseBeside(join(root, 'ops/bench/notes.md')));
  writeFileSync(join(root, 'ops/docs/benches.md'), page);
  writeFileSync(join(root, 'ops/docs/capacity.md'), capacityPage(results));
  writeFileSync(join(pictures, 'bounds.svg'), boundsPicture(results));
  for (const { name, curves, stacks = [] } of results) {
    for (const [at, curve] of curves.entries()) {
      writeFileSync(join(pictures, pictureName(name, at)), lineChart(curve));
    }
    for (const [at, stack] of stacks.entries()) {
      writeFileSync(join(pictures, pictureName(`${name}-stack`, at)), stackedChart(stack));
    }
  }
  console.log(`ops/docs/benches.md: ${results.length} benches`);
}

/** The whole page: what was promised first, then each bench in full. */
export function pageOf(results: readonly Result[], notes: string): string {
  return [
    '# Benches',
    '',
    'Written by `npm run bench -- report` from `ops/bench/results`, with the words of',
    '`ops/bench/notes.md`.',
    '',
    notes,
    '## What must be met',
    '',
    ...summary(results),
    '',
    '![Each figure in parts of its bound](pictures/bounds.svg)',
    '',
    ...results.flatMap(sectionOf),
  ].join('\n');
}

/** "missed by 12 %", in words that hide nothing. */
export function verdictOf(row: Row): string {
  if (row.must === undefined) return '';
  if (!meets(row)) return `**missed by ${missedBy(row)}**`;
  return row.aim !== undefined && meets({ ...row, must: row.aim }) ? 'aim met' : 'met';
}

function missedBy({ value, must = 0, atLeast }: Row): string {
  if (must === 0) return shown(value);
  const factor = atLeast ? must / value : value / must;
  if (factor >= 2) return `a factor of ${factor.toFixed(1)}`;
  return `${(Math.abs(value / must - 1) * 100).toFixed(value / must > 0.99 ? 1 : 0)} %`;
}

const head = [
  '| what | measured | must | aim | peer | |',
  '| --- | ---: | ---: | ---: | ---: | --- |',
];

function summary(results: readonly Result[]): readonly string[] {
  return [
    head[0]?.replace('| what', '| bench | what') ?? '',
    `| --- ${head[1]}`,
    ...results.flatMap(({ name, rows }) =>
      rows
        .filter(({ must }) => must !== undefined)
        .map((row) => `| [${name}](#${name}) ${tableLine(row)}`),
    ),
  ];
}

function sectionOf(result: Result): readonly string[] {
  const {
    name,
    title,
    rows,
    curves,
    stacks = [],
    note,
    machine,
    versions,
    commit,
    at,
    command,
  } = result;
  const { cpu, cores, gib } = machine;
  const with_ = Object.entries(versions).map(([what, version]) => `${what} ${version}`);
  return [
    `## ${name}`,
    '',
    `${title}: ${note}.`,
    '',
    ...head,
    ...rows.map(tableLine),
    '',
    ...curves.flatMap((curve, index) => [
      `![${curve.title}](pictures/${pictureName(name, index)})`,
      '',
    ]),
    ...stacks.flatMap((stack, index) => [
      `![${stack.title}](pictures/${pictureName(`${name}-stack`, index)})`,
      '',
    ]),
    ...(existsSync(join(pictures, `flame-${name}.svg`))
      ? [`Where the CPU goes: [flame picture](pictures/flame-${name}.svg).`, '']
      : []),
    `\`${command}\`, ${at.slice(0, 10)}, commit ${commit}; ${cpu}, ${cores} cores, ${gib} GiB; ` +
      `${with_.join(', ')}.`,
    '',
  ];
}

function tableLine(row: Row): string {
  const { what, value, unit, must, aim, atLeast, peer } = row;
  const bound = must === undefined ? '' : `${atLeast ? '≥' : '≤'} ${shown(must)}`;
  const plain = (figure: number | undefined) => (figure === undefined ? '' : shown(figure));
  const cells = [what.trim(), `${shown(value)} ${unit}`, bound, plain(aim), plain(peer)];
  return `| ${[...cells, verdictOf(row)].join(' | ')} |`;
}

function boundsPicture(results: readonly Result[]): string {
  const bars = results.flatMap(({ name, rows }) =>
    rows
      .filter(({ must = 0 }) => must > 0)
      .map(({ what, value, must = 1, aim, atLeast }) => {
        const part = (figure: number) => (atLeast ? must / figure : figure / must);
        return {
          label: `${name}: ${what.trim()}`.slice(0, 44),
          value: part(value),
          marks: [
            { name: 'must', value: 1 },
            ...(aim === undefined ? [] : [{ name: 'aim', value: part(aim) }]),
          ],
        };
      })
      .filter(({ value }) => Number.isFinite(value) && value > 0),
  );
  return barChart({
    title: 'Figures in parts of their bound, less is better',
    unit: 'must = 1',
    bars,
    log: true,
  });
}

function pictureName(name: string, at: number): string {
  return `${name}${at === 0 ? '' : `-${at + 1}`}.svg`;
}

function proseBeside(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}
