import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from './sources.ts';

/** A check that is a program: it passes when the program ends with 0. */
export type Step = {
  readonly name: string;
  readonly command: readonly [program: string, ...args: string[]];
  /** A reason not to run it here, printed; undefined runs it. */
  readonly skip?: string | undefined;
};

export type Tally = { passed: number; failed: number; skipped: string[]; failures: string[] };

/** How many lines of a failed program are told again at the end: logs are cut at the front. */
const toldAgainLinesMax = 25;

const bin = (name: string) => join(root, 'node_modules/.bin', name);
const settings = join('ops', 'tidy');

export const staticSteps: readonly Step[] = [
  {
    name: 'format and lint',
    command: [bin('biome'), 'check', `--config-path=${settings}/format-and-lint.json`, '.'],
  },
  {
    name: 'lint of the SDL',
    command: [
      bin('eslint'),
      ...['--no-config-lookup', '-c', `${settings}/graphql-lint.config.mjs`],
      'schemas/graphql/*.graphql',
    ],
  },
  { name: 'types', command: [bin('tsc'), '--noEmit', '-p', 'tsconfig.json'] },
  {
    name: 'import rules',
    command: [
      bin('depcruise'),
      ...['--config', `${settings}/import-rules.cjs`],
      ...['domain', 'schemas', 'commands', 'projections', 'api', 'workers', 'ops'],
    ],
  },
];

/** One run of Vitest over some projects; its tests are counted one by one. */
export function vitestStep(
  name: string,
  projects: readonly string[],
  more: readonly string[] = [],
): Step {
  const chosen = projects.map((project) => `--project=${project}`);
  return {
    name,
    command: [bin('vitest'), 'run', '--config', `${settings}/vitest.config.ts`, ...chosen, ...more],
  };
}

/**
 * Runs the steps in order, says how each went, and adds up. A failed step does not stop the others.
 */
export async function runSteps(steps: readonly Step[]): Promise<Tally> {
  const tally: Tally = { passed: 0, failed: 0, skipped: [], failures: [] };
  for (const [at, step] of steps.entries()) {
    console.log(`\n[${at + 1}/${steps.length}] ${step.name}`);
    if (step.skip !== undefined) {
      console.log(`skipped: ${step.skip}`);
      tally.skipped.push(`${step.name}: ${step.skip}`);
      continue;
    }
    await runStep(step, tally);
  }
  return tally;
}

export function closeWith(tally: Tally): never {
  for (const skipped of tally.skipped) console.log(`skipped: ${skipped}`);
  for (const failure of tally.failures) console.log(`FAILED: ${failure}`);
  console.log(`${tally.passed} passed, ${tally.failed} failed`);
  process.exit(tally.failed === 0 ? 0 : 1);
}

/** Prints the help and ends when --help is among the arguments. */
export function helpOr(help: string): void {
  const { values } = parseArgs({ options: { help: { type: 'boolean' } } });
  if (!values.help) return;
  console.log(help);
  process.exit(0);
}

async function runStep(step: Step, tally: Tally): Promise<void> {
  const startedAt = performance.now();
  const folder = mkdtempSync(join(tmpdir(), 'parley-step-'));
  const report = join(folder, 'report.json');
  const isVitest = step.command[0].endsWith('vitest');
  const [program, ...args] = step.command;
  const reporters = isVitest
    ? ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
    : [];
  const { code, lastLines } = await ended(program, [...args, ...reporters]);
  const failedBefore = tally.failed;
  const counted = isVitest ? countTests(report, tally) : false;
  if (code !== 0 && tally.failed === failedBefore) {
    tally.failed += 1;
    tally.failures.push([step.name, ...lastLines].join('\n  '));
  }
  if (code === 0 && !counted) tally.passed += 1;
  rmSync(folder, { recursive: true });
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(`${step.name}: ${code === 0 ? 'passed' : `FAILED (exit ${code})`} in ${seconds} s`);
}

type Ended = { readonly code: number; readonly lastLines: readonly string[] };

/** Runs a program before the reader's eyes. A terminal is handed on as it is, and has all lines. */
function ended(program: string, args: readonly string[]): Promise<Ended> {
  const output = process.stdout.isTTY ? 'inherit' : 'pipe';
  let tail = '';
  const tell = (text: string) => {
    process.stdout.write(text);
    tail = (tail + text).split('\n').slice(-toldAgainLinesMax).join('\n');
  };
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd: root, stdio: ['ignore', output, output] });
    child.stdout?.setEncoding('utf8').on('data', tell);
    child.stderr?.setEncoding('utf8').on('data', tell);
    child.on('error', (error) => resolve({ code: 127, lastLines: [error.message] }));
    child.on('close', (code) => resolve({ code: code ?? 1, lastLines: tail.trim().split('\n') }));
  });
}

/** Adds a Vitest report to the tally; false when there is none. */
function countTests(report: string, tally: Tally): boolean {
  if (!existsSync(report)) return false;
  const { numPassedTests, numFailedTests, testResults }: VitestReport = JSON.parse(
    readFileSync(report, 'utf8'),
  );
  tally.passed += numPassedTests;
  tally.failed += numFailedTests;
  for (const { assertionResults } of testResults) {
    for (const { status, fullName, failureMessages } of assertionResults) {
      if (status === 'skipped' || status === 'pending') tally.skipped.push(fullName);
      if (status === 'failed') tally.failures.push([fullName, ...failureMessages].join('\n  '));
    }
  }
  return true;
}

type VitestReport = {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly {
    readonly assertionResults: readonly {
      readonly status: string;
      readonly fullName: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
};
