import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { PlainError } from '../plain-error.ts';
import { openProgressLine } from '../progress-line.ts';
import { whyNotHad } from '../stack/had.ts';
import { root } from '../tidy/sources.ts';
import { runCatchers } from './catch.ts';
import type { Catcher, Defect } from './defect.ts';
import { defects } from './defects.ts';
import type { ScratchTree } from './scratch-tree.ts';
import { openScratchTrees } from './scratch-tree.ts';
import type { Outcome } from './table.ts';
import { pageOf, rowsOf } from './table.ts';

/** More would slow each other until they hang, which is no way to notice anything. */
const atOnce = Math.min(2, availableParallelism());

const quick = defects.filter(({ caughtBy }) => caughtBy.some((catcher) => !('fault' in catcher)));

const help = `npm run check:broken -- [NAME]

Breaks a copy of the code on purpose, one wrong line at a time, and runs the tests that must
notice: a check that has never failed proves nothing. First the same tests must pass on the
code as it is. Ends with 1 when somebody would not notice. Those that only a real machine
notices are tried by npm run faults -- NAME --broken.

  NAME      one defect only (${quick.length} there are; --list names them)
  --list    what is broken, and who must notice
  --write   keeps the table in ops/docs/broken-builds.md
  --help    this text`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    help: { type: 'boolean' },
    list: { type: 'boolean' },
    write: { type: 'boolean' },
  },
});
if (values.help) console.log(help);
else if (values.list) for (const { name, says } of quick) console.log(`${name.padEnd(32)} ${says}`);
else process.exitCode = await check(chosen(positionals[0]));

function chosen(name: string | undefined): readonly Defect[] {
  const found = name === undefined ? quick : quick.filter((defect) => defect.name === name);
  if (found.length === 0) throw new PlainError(`There is no defect ${name}.\n\n${help}`);
  return found;
}

async function check(chosenOnes: readonly Defect[]): Promise<number> {
  const line = openProgressLine(process.stdout);
  const asked: Defect[] = [];
  for (const defect of chosenOnes) {
    const reason = defect.needs
      ? await whyNotHad(defect.needs, { tell: line.say, asked: false })
      : null;
    if (reason === null) asked.push(defect);
    else line.say(`skipped: ${defect.name}: ${reason}`);
  }
  if (asked.length === 0) return 0;
  using trees = openScratchTrees(Math.min(atOnce, asked.length));
  await passUnbroken(trees.all, asked, line.say);
  const outcomes = await outcomesOf(trees.all, asked, (done) =>
    line.step('defects', done, asked.length),
  );
  for (const row of rowsOf(outcomes)) line.say(row);
  if (values.write) {
    const page = join(root, 'ops/docs/broken-builds.md');
    writeFileSync(page, pageOf(outcomes));
  }
  const survivors = outcomes.filter(({ caughtBy }) => caughtBy.length === 0);
  for (const { defect, output } of survivors) {
    line.say(`\nNobody noticed ${defect.name}: ${defect.says}. The next test to write.\n${output}`);
  }
  line.say(`\n${outcomes.length - survivors.length} of ${outcomes.length} were noticed.`);
  return survivors.length === 0 ? 0 : 1;
}

/** The control: whoever fails without a defect would notice nothing. */
async function passUnbroken(
  trees: readonly ScratchTree[],
  asked: readonly Defect[],
  say: (text: string) => void,
): Promise<void> {
  const startedAt = performance.now();
  const catchers = together(asked);
  const shares = trees.map((_, lane) => catchers.filter((_, at) => at % trees.length === lane));
  const seen = await Promise.all(
    trees.map(({ path }, lane) => runCatchers(path, shares[lane] ?? [])),
  );
  const passed = seen.reduce((sum, one) => sum + one.passed, 0);
  if (passed === 0 || !seen.every(({ isQuiet }) => isQuiet)) {
    const who = seen.flatMap(({ failed }) => failed).join('\n  ');
    const output = seen.map((one) => one.output).join('\n');
    throw new PlainError(
      `These fail without any defect:\n  ${who || 'some as a whole, or none ran'}\n\n${output}`,
    );
  }
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
  say(`Without a defect ${passed} checks pass, in ${seconds} s.`);
}

/** Every catcher once; a spec file of which some want all tests is run whole. */
function together(asked: readonly Defect[]): readonly Catcher[] {
  const all = asked.flatMap(({ caughtBy }) => caughtBy);
  const whole = new Set(all.flatMap((one) => ('spec' in one && !one.test ? one.spec : [])));
  const named = new Map(all.map((one) => [JSON.stringify(one), one]));
  return [...named.values()].filter((one) => !('spec' in one) || !one.test || !whole.has(one.spec));
}

/** Each tree takes the next defect as soon as it is whole again; in the order of what was asked. */
async function outcomesOf(
  trees: readonly ScratchTree[],
  asked: readonly Defect[],
  tell: (done: number) => void,
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  const left = asked.entries();
  let done = 0;
  await Promise.all(
    trees.map(async (tree) => {
      for (const [at, defect] of left) {
        outcomes[at] = await outcomeOf(tree, defect);
        done += 1;
        tell(done);
      }
    }),
  );
  return outcomes;
}

async function outcomeOf(tree: ScratchTree, defect: Defect): Promise<Outcome> {
  const startedAt = performance.now();
  using _broken = tree.breakBy(defect);
  const { failed, output } = await runCatchers(tree.path, defect.caughtBy);
  return { defect, caughtBy: failed, output, seconds: (performance.now() - startedAt) / 1_000 };
}
