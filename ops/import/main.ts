import { parseArgs } from 'node:util';
import { openPlatform } from '../compose.ts';
import { PlainError } from '../plain-error.ts';
import { openProgressLine } from '../progress-line.ts';
import { settingsOr } from '../settings.ts';
import { untilStopped } from '../until-stopped.ts';
import type { Comparison } from './compare.ts';
import { compare } from './compare.ts';
import { accountOf, planImport, refuseTooLarge } from './plan.ts';
import { readArchive } from './read.ts';
import { runImport } from './run.ts';

const help = `npm run import -- FILE

Brings an archive of conversations (ndjson, also gzipped) into the platform on
PARLEY_DATA, through the same commands that clients use. On embedded engines the platform must
not run meanwhile; on servers of its own it may. Ctrl-C stops it; run it again and it goes on,
without a double.
The format is described in ops/docs/import-format.md.

  --help    this text`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { help: { type: 'boolean' } },
});
const [file] = positionals;
if (values.help) console.log(help);
else process.exitCode = await importFile(file);

async function importFile(path: string | undefined): Promise<number> {
  if (path === undefined) throw new PlainError(`Which file?\n\n${help}`);
  const line = openProgressLine(process.stdout);
  const archive = await readArchive(path);
  for (const { line: at, reason } of archive.problems) line.say(`line ${at}: ${reason}`);
  const plan = planImport(archive);
  line.say(
    `${archive.conversations.size} conversations, ${plan.people.size} people, ` +
      `${plan.counts.messages} messages, ${plan.counts.actions} actions, ` +
      `${plan.counts.renames} renames; ${archive.problemCount} lines cannot be taken.`,
  );
  line.say(accountOf(plan));
  refuseTooLarge(plan);
  const stop = new AbortController();
  untilStopped().then(() => stop.abort());
  await using platform = await openPlatform(settingsOr(process.cwd()).config, { api: false });
  const options = { progress: line.step, signal: stop.signal };
  const result = await runImport(plan, platform, options);
  if (!result.finished) {
    line.say(`Stopped after ${result.stored} messages. Run it again and it goes on.`);
    return 1;
  }
  line.say(`${result.stored} messages stored, ${result.found} were there already.`);
  const { eventStore } = platform.machines;
  await platform.progress.waitFor(await eventStore.head(), { timeoutMs: 600_000 });
  return report(await compare(plan, platform.machines, line.step), line.say);
}

function report({ rows, differences }: Comparison, say: (text: string) => void): number {
  const cell = (value: number | string | null) => String(value ?? '-').padStart(10);
  say(`${''.padEnd(24)}${['file', 'log', 'inbox', 'timeline'].map(cell).join('')}`);
  for (const { what, file: inFile, log, inbox, timeline } of rows) {
    say(`${what.padEnd(24)}${[inFile, log, inbox, timeline].map(cell).join('')}`);
  }
  for (const difference of differences) say(`differs: ${difference}`);
  say(differences.length === 0 ? 'Everything agrees.' : 'See the differences above.');
  return differences.length === 0 ? 0 : 1;
}
