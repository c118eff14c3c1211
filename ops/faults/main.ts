import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
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
import type { KeptStage } from './kept-stage.ts';
import { keepStage } from './kept-stage.ts';
import type { Wanted } from './on-servers.ts';
import { keepResult, lineOf, tableOf } from './results.ts';

const help = `npm run faults -- NAME [--rounds N] [--seconds N] [--broken] [--keep]

Breaks a real platform on this machine while people talk, and holds what they were told against
what is there afterwards. Everything stays on loopback and in temporary folders.

${faults.map(helpLineOf).join('\n')}
  ${'all'.padEnd(25)} each of them

  --rounds N     so many rounds
  --seconds N    how long a fault lasts that heals, on real servers
  --broken       on a copy of the code with a defect, which must be found
  --keep         writes the figures to ops/faults/results
  --list         the names alone, with the defect that each must find
  --help         this text`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    ...{ help: { type: 'boolean' }, broken: { type: 'boolean' }, keep: { type: 'boolean' } },
    ...{ rounds: { type: 'string' }, seconds: { type: 'string' }, list: { type: 'boolean' } },
  },
});

if (values.list) for (const fault of faults) console.log(rowOf(fault));
else if (values.help || positionals.length === 0) console.log(help);
else {
  let failed = 0;
  const kept = keepStage();
  for (const fault of chosen(positionals)) {
    const held = await run(fault, kept);
    failed += held ? 0 : 1;
    if (values.broken || !held) await kept.end(); // what went wrong on it is nobody else's
  }
  await kept.end();
  process.exit(failed === 0 ? 0 : 1);
}

function helpLineOf({ name, says, rounds }: Fault): string {
  return `  ${name.padEnd(25)} ${says} (${rounds === 1 ? '1 round' : `${rounds} rounds`})`;
}

function rowOf({ name }: Fault): string {
  return `${name.padEnd(25)} ${defectFor(name)?.says ?? 'there is no broken build for it'}`;
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
async function run(fault: Fault, kept: KeptStage): Promise<boolean> {
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
  const faultSeconds = values.seconds === undefined ? null : Number(values.seconds);
  const code = tree?.path ?? root;
  const stage = (wanted: Wanted) => kept.stage(code, wanted);
  const lab = { rounds, faultSeconds, scratch, tell, code, stage };
  let isWhole = true;
  await fault.run(lab).catch((cause) => {
    isWhole = false;
    const stack = cause instanceof Error ? (cause.stack ?? '') : String(cause);
    const violations = [stack.replaceAll(pathToFileURL(root).href, '')];
    tell({ what: 'ended before its time', acknowledged: 0, operations: 0, violations });
  });
  console.log(tableOf(told));
  const violated = told.some(({ violations }) => violations.length > 0);
  const hasBegun = told.length > 1 || somebodyTalked(scratch);
  if (!violated) rmSync(scratch, { recursive: true, force: true });
  else
    console.log(
      `histories: ${readdirSync(scratch)
        .map((file) => join(scratch, file))
        .join(' ')}`,
    );
  if (!defect) return !violated;
  if (!isWhole && !hasBegun) {
    console.log('nothing is known of the defect: it ended before anybody talked');
    return false;
  }
  console.log(`${violated ? 'found' : 'NOT FOUND'}: ${defect.says}`);
  return violated;
}

/** A platform that does not even start says nothing about what it would have done to people. */
function somebodyTalked(scratch: string): boolean {
  const histories = readdirSync(scratch).filter((file) => file.endsWith('.ndjson'));
  return histories.some((file) =>
    readFileSync(join(scratch, file), 'utf8').includes('"do":"send"'),
  );
}
