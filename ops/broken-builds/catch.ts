import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Catcher } from './defect.ts';

/** What some catchers made of a tree. */
export type Caught = {
  readonly passed: number;
  readonly failed: readonly string[]; // names of tests, or what the simulation said
  readonly output: string; // the end of it, for whoever must look
};

/** For each catcher; longer runs hang, which is no way to notice anything. */
const catcherMsMax = 120_000;

/** Runs the catchers on a tree: whole spec files in one run of Vitest, single tests in another. */
export async function runCatchers(tree: string, catchers: readonly Catcher[]): Promise<Caught> {
  const specs = catchers.flatMap((catcher) => ('spec' in catcher ? catcher : []));
  const seeds = catchers.flatMap((catcher) => ('simulate' in catcher ? catcher.simulate : []));
  const told: Caught[] = [];
  const { true: named = [], false: whole = [] } = Object.groupBy(specs, ({ test }) => `${!!test}`);
  for (const some of [whole, named]) if (some.length > 0) told.push(await runSpecs(tree, some));
  for (const count of seeds) told.push(await runSimulation(tree, count));
  return {
    passed: told.reduce((sum, { passed }) => sum + passed, 0),
    failed: told.flatMap(({ failed }) => failed),
    output: told.map(({ output }) => output).join('\n'),
  };
}

type Specs = readonly Extract<Catcher, { readonly spec: string }>[];

async function runSpecs(tree: string, specs: Specs): Promise<Caught> {
  const report = join(tree, 'report.json');
  rmSync(report, { force: true });
  const names = specs.flatMap(({ test }) => (test === undefined ? [] : escaped(test)));
  const chosen = names.length > 0 ? ['-t', names.join('|')] : [];
  const { code, output, hung } = await ended({ tree, msMax: specs.length * catcherMsMax }, [
    join(tree, 'node_modules/.bin/vitest'),
    ...['run', '--config', 'ops/tidy/vitest.config.ts', '--maxWorkers=1', ...chosen],
    ...['--reporter=json', `--outputFile=${report}`],
    ...new Set(specs.map(({ spec }) => spec)),
  ]);
  const tests = existsSync(report) ? testsIn(readFileSync(report, 'utf8')) : [];
  const failed = tests.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName);
  const passed = tests.filter(({ status }) => status === 'passed').length;
  if (code === 0 || hung || failed.length > 0) return { passed, failed, output };
  return { passed, failed: ['the spec file as a whole'], output };
}

/** `npm run simulate` ends with 1 where a law is broken, and names it. */
async function runSimulation(tree: string, seeds: number): Promise<Caught> {
  const { code, output, hung } = await ended({ tree, msMax: catcherMsMax + seeds * 10_000 }, [
    ...['npm', 'run', '--silent', 'simulate', '--', '--brief', '--seeds', String(seeds)],
  ]);
  if (code === 0 || hung) return { passed: hung ? 0 : seeds, failed: [], output };
  const law = /law \d+, [a-z-]+/.exec(output)?.[0] ?? `exit ${code}`;
  return { passed: 0, failed: [`simulation: ${law}`], output };
}

type Ended = { readonly code: number; readonly output: string; readonly hung: boolean };

function ended(
  { tree, msMax }: { readonly tree: string; readonly msMax: number },
  [program = '', ...args]: readonly string[],
): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd: tree, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const hear = (text: Buffer) => {
      output = (output + String(text)).slice(-8_000);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    let hung = false;
    const tooLong = setTimeout(() => {
      hung = child.kill('SIGKILL');
    }, msMax);
    child.on('error', ({ message }) => resolve({ code: 127, output: message, hung }));
    child.on('close', (code) => {
      clearTimeout(tooLong);
      const end = hung ? `${output}\nIt did not end within ${msMax / 1_000} s.` : output;
      resolve({ code: code ?? 1, output: end, hung });
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
