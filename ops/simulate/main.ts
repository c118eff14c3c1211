import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { PlainError } from '../plain-error.ts';
import { openProgressLine } from '../progress-line.ts';
import { untilStopped } from '../until-stopped.ts';
import type { FaultName } from './faults.ts';
import { faultNames, isFaultName } from './faults.ts';
import type { HistoryLine } from './history.ts';
import type { Judged } from './judge.ts';
import { judgeSeed, replayOf } from './judge.ts';
import type { Violation } from './laws/findings.ts';
import type { Databases } from './machines/databases.ts';
import { openDatabases } from './machines/databases.ts';
import type { SeedOptions } from './seed.ts';
import { concernedLines, shorten } from './shorten.ts';

const help = `npm run simulate -- --seeds 200

Runs the whole platform in this process under a seeded scheduler, with people who talk and faults
that the seed draws, and holds each history against the laws (ops/docs/simulation.md). A seed that
breaks one is printed with the command that runs it again, and with a shortened history.

  --seeds N           so many seeds (10)
  --from N            the first of them (1)
  --seed N            this one only
  --steps N           things that people do in a seed, together (120)
  --pause MS          between two things that somebody does, on average (100 to 1,500)
  --people N          at most so many (6)
  --faults A,B        these instead of drawn ones; none: no faults. There are:
                      ${faultNames.join(', ')}
  --brief             stops at the first seed that fails, and does not shorten it
  --lying-store       the event store answers before it flushes: this must be found
  --history FILE      writes the last history to a file, for npm run laws
  --log               prints what the platform logs meanwhile
  --help              this text

Ends with 1 when a law was broken.`;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '10' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    steps: { type: 'string', default: '120' },
    pause: { type: 'string' },
    people: { type: 'string' },
    faults: { type: 'string' },
    brief: { type: 'boolean' },
    'lying-store': { type: 'boolean' },
    history: { type: 'string' },
    log: { type: 'boolean' },
    help: { type: 'boolean' },
  },
});

const shortenMsMax = 60_000;
const shortenTriesMax = 40;
const failuresShortenedMax = 3;
const linesShownMax = 80;

if (values.help) console.log(help);
else process.exitCode = await simulate();

async function simulate(): Promise<number> {
  const first = numberOf('seed', values.seed ?? values.from);
  const count = values.seed === undefined ? numberOf('seeds', values.seeds) : 1;
  await using databases = await openDatabases();
  const bar = openProgressLine(process.stdout);
  const sums = { seeds: 0, failed: 0, operations: 0, simulatedMs: 0 };
  const histories = createHash('sha256');
  let isStopped = false; // by Ctrl-C: the seed under way is the last, and its Postgres is ended
  void untilStopped().then(() => {
    isStopped = true;
  });
  for (let at = 0; at < count && !isStopped; at += 1) {
    const judged = await judgeSeed(optionsOf(first + at), databases);
    histories.update(judged.run?.digest ?? 'no end');
    sums.operations += judged.run?.operations ?? 0;
    sums.simulatedMs += judged.run?.simulatedMs ?? 0;
    if (values.history) writeFileSync(values.history, textOf(judged.run?.lines ?? []));
    if (judged.failure !== null) {
      sums.failed += 1;
      const isShortened = !values.brief && sums.failed <= failuresShortenedMax;
      bar.say(await toldOf(judged, isShortened ? databases : null));
    }
    sums.seeds += 1;
    bar.step('seeds', sums.seeds, count);
    if (values.brief && sums.failed > 0) break;
  }
  bar.say(
    `${sums.seeds - sums.failed} of ${sums.seeds} seeds keep every law: ` +
      `${sums.operations.toLocaleString('en')} operations checked, ` +
      `${Math.round(sums.simulatedMs / 60_000)} simulated minutes. ` +
      `Histories: ${histories.digest('hex').slice(0, 16)} (the same again on the same code).`,
  );
  return sums.failed === 0 ? 0 : 1;
}

function optionsOf(seed: number): SeedOptions {
  return {
    ...{ seed, deeds: numberOf('steps', values.steps), answersUnflushed: values['lying-store'] },
    pauseMs: values.pause === undefined ? undefined : numberOf('pause', values.pause),
    peopleMax: values.people === undefined ? undefined : numberOf('people', values.people),
    faults: values.faults === undefined ? undefined : faultsOf(values.faults),
    note: values.log ? (line) => console.log(line) : undefined,
  };
}

function numberOf(name: string, text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  throw new PlainError(`--${name} wants a whole number above 0, not ${text}.`);
}

function faultsOf(text: string): readonly FaultName[] {
  if (text === 'none') return [];
  return text.split(',').map((name) => {
    if (isFaultName(name)) return name;
    throw new PlainError(`There is no fault ${name}: there are ${faultNames.join(', ')}.`);
  });
}

async function toldOf(judged: Judged, databases: Databases | null): Promise<string> {
  const { options, failure, violations, run } = judged;
  const head = [
    `\nseed ${options.seed} breaks: ${failure}`,
    `faults: ${run === null ? 'it came to no end' : run.faults.join(', ') || 'none'}`,
    ...firstOfEachKind(violations).map(({ law, kind, says }) => `  law ${law}, ${kind}: ${says}`),
    `again:   ${replayOf(options)}`,
  ];
  if (!databases) return head.join('\n');
  const until = performance.now() + shortenMsMax;
  const shortest = await shorten(judged, {
    judge: (smaller) => judgeSeed({ ...smaller, note: undefined }, databases),
    triesMax: shortenTriesMax,
    hasTime: () => performance.now() < until,
  });
  const lines = concernedLines(shortest);
  const left = lines.length - linesShownMax;
  return [
    ...head,
    `shorter: ${replayOf(shortest.options)}`,
    ...shortest.violations.slice(0, 2).map(({ says }) => `  ${says}`),
    ...lines.slice(0, linesShownMax).map((line) => `  ${JSON.stringify(line)}`),
    ...(left > 0 ? [`  and ${left} lines more; --history FILE writes all`] : []),
  ].join('\n');
}

function firstOfEachKind(violations: readonly Violation[]): readonly Violation[] {
  return [...new Map(violations.toReversed().map((one) => [one.kind, one])).values()].reverse();
}

function textOf(lines: readonly HistoryLine[]): string {
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}
