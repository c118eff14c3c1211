import type { Answer } from './answer.ts';
import { ask, closeAgent } from './answer.ts';
import type { Cast } from './cast.ts';
import { gatherCast } from './cast.ts';
import { grownOf } from './growth.ts';
import type { Input } from './input.ts';
import { inputOf } from './inputs.ts';
import type { Verdict } from './judge.ts';
import { judge } from './judge.ts';
import type { Stored } from './ledger.ts';
import { openLedger } from './ledger.ts';
import { unfitLines } from './log-lines.ts';
import { shorten } from './shorten.ts';
import { show } from './show.ts';
import type { Look, Target } from './target.ts';
import { startTarget } from './target.ts';

/** Something the platform did that it must not do. */
export type Finding = {
  readonly number: number | null; // of the input; null: of the run as a whole
  readonly what: string;
  readonly shown: string; // the input, shortened
  readonly times: number; // it was seen
};

export type Outcome = {
  readonly findings: readonly Finding[];
  readonly accepted: number;
  readonly refused: number;
  readonly looks: readonly Look[];
};

export type RunOptions = {
  readonly seed: number;
  readonly numbers: readonly number[];
  readonly progress: (done: number) => void;
};

/** An input, and what was made of its answer. */
export type Sent = { readonly number: number; readonly input: Input; readonly verdict: Verdict };

const atOnce = 64;
const looksCount = 18;
const findingsMax = 25;

/** Sends the inputs of these numbers, a handful at a time, and looks at the platform in between. */
export async function run(options: RunOptions): Promise<Outcome> {
  const findings = openFindings();
  const looks: Look[] = [];
  const tally = { accepted: 0, refused: 0 };
  let under: readonly number[] = [];
  await using target = await startTarget();
  try {
    await attack(target, {
      ...{ ...options, findings, looks, tally },
      next: (numbers) => {
        under = numbers;
      },
    });
  } catch (cause) {
    const ended = target.ended();
    if (ended === null) throw cause;
    findings.add(await culpritOf(under, { seed: options.seed, ended }));
  }
  closeAgent();
  const grown = grownOf(looks).map((what) => ({ number: null, what, shown: '', times: 1 }));
  return { findings: [...findings.all(), ...grown], ...tally, looks };
}

type Attack = RunOptions & {
  readonly findings: ReturnType<typeof openFindings>;
  readonly looks: Look[];
  readonly tally: Record<Verdict['kind'], number>;
  readonly next: (numbers: readonly number[]) => void;
};

async function attack(target: Target, options: Attack): Promise<void> {
  const { seed, numbers, progress, findings, looks, tally, next } = options;
  const cast = await gatherCast(target.url);
  const page = await cast.canary.page();
  const ledger = await openLedger(target, {
    again: (one) => send(target, one),
    now: () => performance.now(),
  });
  const everyRounds = Math.max(1, Math.floor(numbers.length / atOnce / looksCount));
  for (let from = 0; from < numbers.length; from += atOnce) {
    const some = numbers.slice(from, from + atOnce);
    next(some);
    const inputs = some.map((number) => ({ number, input: inputOf(number, { seed, cast }) }));
    const sent = await Promise.all(inputs.map((one) => send(target, one)));
    for (const { verdict } of sent) tally[verdict.kind] += 1;
    const stored = await ledger.audit(sent);
    if (stored) findings.add(storedAfterAll(stored, target));
    for (const one of sent) await findings.complain(one, target);
    for (const what of unfitLines(target.logged())) findings.add(of(sent, what, target));
    progress(Math.min(from + atOnce, numbers.length));
    if (findings.all().length >= findingsMax) return;
    if ((from / atOnce) % everyRounds !== everyRounds - 1) continue;
    looks.push(await quietLook(target));
    if ((await cast.canary.page()) !== page) {
      findings.add(of(sent, 'answers the canary otherwise than before', target));
    }
  }
}

async function send(target: Target, one: { number: number; input: Input }): Promise<Sent> {
  const answer: Answer = await ask(target.url, one.input);
  return { ...one, verdict: judge(one.input, answer) };
}

/** Each kind of finding once, with the shortest input that brings it about, and how often. */
function openFindings() {
  const known = new Map<string, Finding>();
  const seen = (what: string): boolean => {
    const finding = known.get(kindOf(what));
    if (finding) known.set(kindOf(what), { ...finding, times: finding.times + 1 });
    return finding !== undefined;
  };
  return {
    all: () => [...known.values()],
    add: (finding: Finding) => {
      if (!seen(finding.what)) known.set(kindOf(finding.what), finding);
    },
    complain: async ({ number, input, verdict }: Sent, target: Target) => {
      const { complaint: what } = verdict;
      if (what === null || seen(what)) return;
      const shortest = await shorten(input, async (shorter) => {
        if (target.ended() !== null || what.startsWith('was not answered')) return false;
        const again = judge(shorter, await ask(target.url, shorter)).complaint;
        return again !== null && kindOf(again) === kindOf(what);
      });
      const shown = `${input.name}\n  ${show(shortest, target.url)}`;
      known.set(kindOf(what), { number, what, shown, times: 1 });
    },
  };
}

/** The same thing said of other values. */
function kindOf(what: string): string {
  return what.replace(/"[^"]*"|'[^']*'|\{.*?\}|[0-9a-f-]{36}|\d+/g, '…').slice(0, 120);
}

function of(sent: readonly Sent[], what: string, { url }: Target): Finding {
  const [one] = sent;
  const names = sent.map(({ number, input }) => `#${number} ${input.name}`);
  const shown = sent.length === 1 && one ? show(one.input, url) : names.join(', ').slice(0, 1_500);
  return { number: one?.number ?? null, what, shown, times: 1 };
}

function storedAfterAll({ by, events }: Stored, target: Target): Finding {
  return of([by], `${by.input.name}: refused, and ${events} events were stored`, target);
}

/** Once nobody is connected any more, within bounds: what is held then is held for good. */
async function quietLook(target: Target): Promise<Look> {
  let look = await target.look({ after: '999999999999', weigh: true });
  for (let round = 0; round < 100 && look.sockets + look.devices > 0; round += 1) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    look = await target.look({ after: '999999999999', weigh: true });
  }
  return look;
}

/** The platform ended: which of them did it is found on fresh ones. */
async function culpritOf(
  numbers: readonly number[],
  { seed, ended }: { readonly seed: number; readonly ended: string },
): Promise<Finding> {
  await using fresh = await startTarget();
  const cast: Cast = await gatherCast(fresh.url);
  for (const number of numbers) {
    const input = inputOf(number, { seed, cast });
    await ask(fresh.url, input);
    await fresh.look({ after: '0', weigh: false }).catch(() => undefined);
    if (fresh.ended() === null) continue;
    const what = `made an end: ${ended}: ${fresh.logged().slice(-600)}`;
    return { number, what, shown: `${input.name}\n  ${show(input, fresh.url)}`, times: 1 };
  }
  return {
    number: numbers[0] ?? null,
    what: `made an end: ${ended}`,
    shown: `one of ${numbers}`,
    times: 1,
  };
}
