import { PlainError } from '../plain-error.ts';
import type { HistoryLine } from './history.ts';
import { acknowledgedLaw } from './laws/acknowledged.ts';
import { atMostOnceLaw } from './laws/at-most-once.ts';
import type { Violation } from './laws/findings.ts';
import { openFindings } from './laws/findings.ts';
import { healingLaw } from './laws/healing.ts';
import { hearingOf } from './laws/hearing.ts';
import { openKnown } from './laws/known.ts';
import type { Law } from './laws/law.ts';
import { marksLaw } from './laws/marks.ts';
import { membershipLaw } from './laws/membership.ts';
import { nothingInventedLaw } from './laws/nothing-invented.ts';
import { oneOrderLaw } from './laws/one-order.ts';
import { realTimeLaw } from './laws/real-time.ts';
import { sessionsLaw } from './laws/sessions.ts';
import { comparisonLaws } from './laws/sync.ts';
import type { Seen } from './laws/tell.ts';
import { nothingSeen, tell } from './laws/tell.ts';
import { openTruth } from './laws/truth.ts';

/**
 * Holds a history against the laws: one pass in the order of its lines, then the finals. What is
 * kept grows with messages, never with reads, frames or the length of a page.
 */
export type Checker = {
  /** Takes the next line; throws a PlainError where it cannot be one of a history. */
  take(line: HistoryLine): void;
  finish(): Verdict;
};

export type Verdict = {
  readonly isClean: boolean; // nothing was broken
  readonly violations: readonly Violation[]; // the first of each kind, by law and line
  readonly found: ReadonlyMap<string, number>; // how many of each kind there were
  readonly laws: readonly LawVerdict[];
  readonly seen: Seen;
};

export type LawVerdict = {
  readonly number: number;
  readonly sentence: string;
  readonly violations: number;
  readonly unchecked: string | null; // why nothing could be said of it
};

export type LawOptions = { readonly lagMsMax?: number };

/** How long a consumer may take to catch up once every fault has healed. */
const lagMsMaxDefault = 60_000;

export function openChecker({ lagMsMax = lagMsMaxDefault }: LawOptions = {}): Checker {
  const known = openKnown();
  const keeper = openTruth();
  const { truth } = keeper;
  const findings = openFindings();
  const [syncLaw, rebuildLaw] = comparisonLaws(known, findings);
  const laws: readonly Law[] = [
    acknowledgedLaw(known, truth, findings),
    nothingInventedLaw(known, truth, findings),
    oneOrderLaw(known, truth, findings),
    atMostOnceLaw(findings),
    sessionsLaw(findings),
    realTimeLaw(known, findings),
    marksLaw(known, truth, findings),
    membershipLaw(known, truth, findings),
    syncLaw,
    rebuildLaw,
    healingLaw(known, { findings, lagMsMax }),
  ];
  const seen = { ...nothingSeen };
  const hearing = hearingOf(laws);
  const telling = { known, keeper, hearing, seen, atMs: Number.NEGATIVE_INFINITY };
  return {
    take: (line) => tell(telling, line),
    finish: () => {
      for (const law of laws) law.end?.();
      const violations = findings.kept();
      return {
        isClean: violations.length === 0,
        violations,
        found: findings.counts(),
        laws: laws.map(({ number, sentence }) => ({
          number,
          sentence,
          violations: findings.ofLaw(number),
          unchecked: uncheckedOf(number, seen),
        })),
        seen,
      };
    },
  };
}

/** The whole of a history at once. */
export async function checkHistory(
  lines: AsyncIterable<HistoryLine> | Iterable<HistoryLine>,
  options: LawOptions = {},
): Promise<Verdict> {
  const checker = openChecker(options);
  if (Symbol.iterator in lines) for (const line of lines) checker.take(line);
  else for await (const line of lines) checker.take(line);
  const verdict = checker.finish();
  if (verdict.seen.lines === 0) throw new PlainError('The history is empty.');
  return verdict;
}

/**
 * What a history breaks, in words that another one can be compared by, then the laws of which its
 * silence says nothing: whoever lost everything keeps every law. Some may have their reason not to
 * be looked at.
 */
export function failuresOf(
  { violations, laws }: Verdict,
  mayBeUnchecked: (law: number) => boolean = () => false,
): readonly Failure[] {
  const unchecked = laws.filter((law) => law.unchecked !== null && !mayBeUnchecked(law.number));
  return [
    ...violations.map(({ law, kind, line, says }) => ({
      what: `law ${law}, ${kind}`,
      says: `line ${line}: ${says}`,
    })),
    ...unchecked.map(({ number, unchecked: why }) => ({
      what: `law ${number}, not-checked`,
      says: `the history has ${why}`,
    })),
  ];
}

export type Failure = { readonly what: string; readonly says: string };

/** What a law needs to see before its silence means something. */
function uncheckedOf(law: number, seen: Seen): string | null {
  const noLog = seen.log === 0 ? 'no log at the end' : null;
  const noReads = seen.pages + seen.frames === 0 ? 'neither pages nor frames' : null;
  switch (law) {
    case 1:
    case 3:
    case 6:
      return noLog;
    case 2:
    case 4:
    case 5:
      return noReads;
    case 7:
      return seen.inboxes === 0 ? 'no inbox was read' : noLog;
    case 8:
      return noLog ?? noReads;
    case 9:
      return seen.devices * seen.timelines === 0 ? 'no device beside a fresh timeline' : null;
    case 10:
      return seen.rebuilds === 0 ? 'nothing was rebuilt' : null;
    default:
      return seen.lags === 0 ? 'no lag was told (sends are checked)' : null;
  }
}
