import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Catcher } from './defect.ts';

/** What some catchers made of a tree. */
export type Caught = {
  readonly passed: number;
  readonly failed: readonly string[]; // names of tests, or laws that the simulation saw broken
  readonly isQuiet: boolean; // every program came to its end, and had nothing to say against it
  readonly output: string; // the end of it, for whoever must look
};

/** For each catcher; longer runs hang, which is no way to notice anything. */
const catcherMsMax = 120_000;

/** Runs the catchers on a tree: whole spec files in one run of Vitest, single tests in another. */
export async function runCatchers(tree: string, catchers: readonly Catcher[]): Promise<Caught> {
  const specs = catchers.flatMap((catcher) => ('spec' in catcher ? catcher : []));
  const simulations = catchers.flatMap((catcher) => ('simulate' in catcher ? catcher : []));
  const told: Caught[] = [];
  const { true: named = [], false: whole = [] } = Object.groupBy(specs, ({ test }) => `${!!test}`);
  for (const some of [whole, named]) if (some.length > 0) told.push(await runSpecs(tree, some));
  const seen: Caught[] = [];
  for (const simulation of simulations) seen.push(await runSimulation(tree, simulation));
  told.push(...seen);
  const isOverlooked = seen.some(({ failed }) => failed.length === 0);
  return {
    passed: told.reduce((sum, { passed }) => sum + passed, 0),
    failed: isOverlooked ? [] : told.flatMap(({ failed }) => failed),
    isQuiet: told.every(({ isQuiet }) => isQuiet),
    output: told.map(({ output }) => output).join('\n'),
  };
}

type Specs = readonly Extract<Catcher, { readonly spec: string }>[];

/** What does not even load, or hangs, fails without naming anybody who noticed why. */
async function runSpecs(tree: string, specs: Specs): Promise<Caught> {
  const report = join(tree, 'report.json');
  rmSync(report, { force: true });
  const names = specs.flatMap(({ test }) => (test === undefined ? [] : escaped(test)));
  const chosen = names.length > 0 ? ['-t', names.join('|')] : [];
  const { code, output } = await ended({ tree, msMax: specs.length * catcherMsMax }, [
    join(tree, 'node_modules/.bin/vitest'),
    ...['run', '--config', 'ops/tidy/vitest.config.ts', '--maxWorkers=1', ...chosen],
    ...['--reporter=json', `--outputFile=${report}`],
    ...new Set(specs.map(({ spec }) => spec)),
  ]);
  const tests = existsSync(report) ? testsIn(readFileSync(report, 'utf8')) : [];
  const failed = tests.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName);
  const passed = tests.filter(({ status }) => status === 'passed').length;
  return { passed, failed, isQuiet: code === 0, output };
}

/** `npm run simulate` names the law that a seed breaks; ending badly for another reason is none. */
async function runSimulation(
  tree: string,
  { simulate: seeds, law }: Extract<Catcher, { readonly simulate: number }>,
): Promise<Caught> {
  const { code, output } = await ended({ tree, msMax: catcherMsMax + seeds * 10_000 }, [
    ...['npm', 'run', '--silent', 'simulate', '--', '--brief', '--seeds', String(seeds)],
  ]);
  const kind = kindIn(output, law);
  const isQuiet = code === 0;
  const failed = kind === null ? [] : [`simulation: law ${law}, ${kind}`];
  return { passed: isQuiet ? seeds : 0, failed, isQuiet, output };
}

/** How a seed breaks the law, as the simulation says it; null: it does not, whatever else does. */
export function kindIn(output: string, law: number): string | null {
  return new RegExp(`^ {2}law ${law}, ([a-z-]+): `, 'm').exec(output)?.[1] ?? null;
}

type Ended = { readonly code: number; readonly output: string };

/** Runs a program to its end, or to the end of its time, with all that it started. */
export function ended(
  { tree, msMax }: { readonly tree: string; readonly msMax: number },
  [program = '', ...args]: readonly string[],
): Promise<Ended> {
  return new Promise((resolve) => {
    // In a group of its own, so that whatever it starts ends with it.
    const child = spawn(program, args, {
      ...{ cwd: tree, detached: true },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const hear = (text: Buffer) => {
      output = (output + String(text)).slice(-8_000);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    let hung = false;
    const tooLong = setTimeout(() => {
      hung = child.pid !== undefined && process.kill(-child.pid, 'SIGKILL');
    }, msMax);
    child.on('error', ({ message }) => resolve({ code: 127, output: message }));
    child.on('close', (code) => {
      clearTimeout(tooLong);
      const end = hung ? `${output}\nIt did not end within ${msMax / 1_000} s.` : output;
      resolve({ code: code ?? 1, output: end });
    });
  });
}

type Test = { readonly fullName: string; readonly status: string };

function testsIn(report: string): readonly Test[] {
  const { testResults }: { testResults: readonly { assertionResults: readonly Test[] }[] } =
    JSON.parse(report);
  return testResults.flatMap(({ assertionResults }) => assertionResults);
}

function escaped(words: string): string {
  return words.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
