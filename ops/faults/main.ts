import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { defectFor } from '../broken-builds/defects.ts';
import { openScratchTree } from '../broken-builds/scratch-tree.ts';
import { PlainError } from '../plain-error.ts';
import { root } from '../tidy/sources.ts';
import type { Fault, Round } from './fault.ts';
import { faults } from './faults.ts';
import { keepResult, lineOf, tableOf } from './results.ts';

const help = `npm run faults -- NAME [--rounds N] [--broken] [--keep]

Breaks a real platform on this machine while people talk, and holds what they were told against
what is there afterwards. Everything stays on loopback and in temporary folders.

${faults.map(helpLineOf).join('\n')}
  all            each of them

  --rounds N     so many rounds
  --broken       on a copy of the code with a defect, which must be found
  --keep         writes the figures to ops/faults/results
  --help         this text`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    ...{ help: { type: 'boolean' }, broken: { type: 'boolean' }, keep: { type: 'boolean' } },
    rounds: { type: 'string' },
  },
});

if (values.help || positionals.length === 0) console.log(help);
else {
  let failed = 0;
  for (const fault of chosen(positionals)) failed += (await run(fault)) ? 0 : 1;
  process.exit(failed === 0 ? 0 : 1);
}

function helpLineOf({ name, says, rounds }: Fault): string {
  return `  ${name.padEnd(14)} ${says} (${rounds} rounds)`;
}

function chosen(names: readonly string[]): readonly Fault[] {
  if (names.includes('all')) return faults;
  return names.map((asked) => {
    const found = faults.find(({ name }) => name === asked);
    if (!found) throw new PlainError(`There is no fault ${asked}.\n\n${help}`);
    return found;
  });
}

/** True when it held, or when the defect of a broken build was found. */
async function run(fault: Fault): Promise<boolean> {
  const rounds = Number(values.rounds ?? fault.rounds);
  const missing = fault.missing();
  console.log(`\n${fault.name}: ${fault.says}`);
  if (missing !== null) {
    console.log(`skipped: ${missing}`);
    return true;
  }
  const defect = values.broken ? defectFor(fault.name) : null;
  if (values.broken && defect === null) {
    console.log('skipped: there is no broken build for it');
    return true;
  }
  using tree = defect && openScratchTree();
  using _broken = defect && tree ? tree.breakBy(defect) : null;
  const scratch = mkdtempSync(join(tmpdir(), 'parley-faults-'));
  const told: Round[] = [];
  const startedMs = performance.now();
  const tell = (round: Round): void => {
    told.push(round);
    if (values.keep && !defect) keepResult(fault, told, (performance.now() - startedMs) / 60_000);
    console.log(lineOf(round, { at: told.length, of: rounds }));
  };
  await fault.run({ rounds, scratch, tell, code: tree?.path ?? root }).catch((cause) => {
    const stack = cause instanceof Error ? (cause.stack ?? '') : String(cause);
    const violations = [stack.replaceAll(pathToFileURL(root).href, '')];
    tell({ what: 'ended before its time', acknowledged: 0, operations: 0, violations });
  });
  console.log(tableOf(told));
  const violated = told.some(({ violations }) => violations.length > 0);
  if (!violated) rmSync(scratch, { recursive: true, force: true });
  else
    console.log(
      `histories: ${readdirSync(scratch)
        .map((file) => join(scratch, file))
        .join(' ')}`,
    );
  if (!defect) return !violated;
  console.log(`${violated ? 'found' : 'NOT FOUND'}: ${defect.says}`);
  return violated;
}
