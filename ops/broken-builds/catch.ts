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

/** Longer runs than this hang, which is no way to notice anything. */
const runMsMax = 300_000;

/** Runs the catchers on a tree, specs in one run of Vitest. */
export async function runCatchers(tree: string, catchers: readonly Catcher[]): Promise<Caught> {
  const specs = catchers.flatMap((catcher) => ('spec' in catcher ? catcher : []));
  const seeds = catchers.flatMap((catcher) => ('simulate' in catcher ? catcher.simulate : []));
  const told: Caught[] = [];
  if (specs.length > 0) told.push(await runSpecs(tree, specs));
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
  const names = specs.map(({ test }) => test);
  const chosen = names.every((name) => name !== undefined)
    ? ['-t', names.map(escaped).join('|')]
    : [];
  const { code, output } = await ended(tree, [
    join(tree, 'node_modules/.bin/vitest'),
    ...['run', '--config', 'ops/tidy/vitest.config.ts', '--maxWorkers=1', ...chosen],
    ...['--reporter=json', `--outputFile=${report}`],
    ...new Set(specs.map(({ spec }) => spec)),
  ]);
  const tests = existsSync(report) ? testsIn(readFileSync(report, 'utf8')) : [];
  const failed = tests.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName);
  const passed = tests.filter(({ status }) => status === 'passed').length;
  if (code === 0 || failed.length > 0) return { passed, failed, output };
  return { passed, failed: ['the spec file as a whole'], output };
}

/** `npm run simulate` ends with 1 where a law is broken, and names it. */
async function runSimulation(tree: string, seeds: number): Promise<Caught> {
  const { code, output } = await ended(tree, [
    ...['npm', 'run', '--silent', 'simulate', '--', '--brief', '--seeds', String(seeds)],
  ]);
  if (code === 0) return { passed: seeds, failed: [], output };
  const law = /law \d+, [a-z-]+/.exec(output)?.[0] ?? `exit ${code}`;
  return { passed: 0, failed: [`simulation: ${law}`], output };
}

type Ended = { readonly code: number; readonly output: string };

function ended(cwd: string, [program = '', ...args]: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const hear = (text: Buffer) => {
      output = (output + String(text)).slice(-8_000);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    const tooLong = setTimeout(() => child.kill('SIGKILL'), runMsMax);
    child.on('error', ({ message }) => resolve({ code: 127, output: message }));
    child.on('close', (code) => {
      clearTimeout(tooLong);
      resolve({ code: code ?? 1, output });
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
