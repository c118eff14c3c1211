import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { machine } from '../bench/load/report.ts';
import { root } from '../tidy/sources.ts';
import type { Fault, Round } from './fault.ts';

/** A round as one line of progress, with what it broke below. */
export function lineOf(
  round: Round,
  { at, of }: { readonly at: number; readonly of: number },
): string {
  const { what, operations, acknowledged, violations, recovery, read = [] } = round;
  const times = recovery && [
    `answers after ${shownMs(recovery.firstAnswerMs)}`,
    `caught up after ${shownMs(recovery.caughtUpMs)}`,
  ];
  const verdict = violations.length === 0 ? 'held' : `BROKEN: ${violations.length}`;
  const counts = [`${operations} operations`, `${acknowledged} sends`];
  const head = `  [${at}/${of}] ${what}: ${[...counts, ...(times ?? []), verdict].join(', ')}`;
  return [
    head,
    ...read.map((line) => `      read: ${line}`),
    ...violations.map((line) => `      ${line}`),
  ].join('\n');
}

/** Recovery by what was done. */
export function tableOf(rounds: readonly Round[]): string {
  const rows = distributions(rounds).map(({ what, rounds: count, firstAnswer, caughtUp }) => {
    const name = `${what.padEnd(36)} ${String(count).padStart(3)} rounds`;
    return `  ${name}, first answer ${spread(firstAnswer)}, caught up ${spread(caughtUp)}`;
  });
  const violations = rounds.reduce((sum, round) => sum + round.violations.length, 0);
  const operations = rounds.reduce((sum, round) => sum + round.operations, 0);
  return [
    ...rows,
    `  ${rounds.length} rounds, ${operations} operations, ${violations} violations`,
  ].join('\n');
}

/** Written only where it is asked for: a figure in the docs points at it. */
export function keepResult(fault: Fault, rounds: readonly Round[], minutes: number): void {
  const folder = join(root, 'ops/faults/results');
  mkdirSync(folder, { recursive: true });
  const result = {
    ...{ name: fault.name, at: new Date().toISOString(), minutes: Number(minutes.toFixed(1)) },
    ...machine(),
    ...{ rounds: rounds.length, recovery: distributions(rounds), each: rounds },
  };
  writeFileSync(join(folder, `${fault.name}.json`), `${JSON.stringify(result, null, 2)}\n`);
}

type Spread = { readonly p50: number; readonly p90: number; readonly max: number };

function distributions(rounds: readonly Round[]) {
  const kinds = [...new Set(rounds.map(({ what }) => what))];
  const recovering = kinds.length > 1 ? ['all', ...kinds] : kinds;
  return recovering.map((what) => {
    const of = rounds.filter((round) => what === 'all' || round.what === what);
    const times = of.flatMap(({ recovery }) => recovery ?? []);
    return {
      ...{ what, rounds: of.length },
      firstAnswer: spreadOf(times.map(({ firstAnswerMs }) => firstAnswerMs)),
      caughtUp: spreadOf(times.map(({ caughtUpMs }) => caughtUpMs)),
    };
  });
}

/** Null where nothing was measured, or something never came. */
function spreadOf(times: readonly (number | null)[]): Spread | null {
  const sorted = times.filter((ms) => ms !== null).sort((one, other) => one - other);
  if (sorted.length === 0 || sorted.length < times.length) return null;
  const at = (share: number) => Math.round(sorted[Math.ceil(share * sorted.length) - 1] ?? 0);
  return { p50: at(0.5), p90: at(0.9), max: at(1) };
}

function spread(of: Spread | null): string {
  return of === null ? '–' : `p50 ${of.p50}, p90 ${of.p90}, max ${of.max} ms`;
}

function shownMs(ms: number | null): string {
  return ms === null ? 'NEVER' : `${Math.round(ms)} ms`;
}
