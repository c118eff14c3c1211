import type { Violation } from './laws/findings.ts';
import { checkHistory, failuresOf } from './laws.ts';
import type { Databases } from './machines/databases.ts';
import type { SeedOptions, SeedRun } from './seed.ts';
import { runSeed } from './seed.ts';

/** A seed held against the laws. */
export type Judged = {
  readonly options: SeedOptions;
  readonly run: SeedRun | null; // null: it did not come to its end
  readonly violations: readonly Violation[];
  /** What went wrong, in a word that another run can be compared by; null: nothing. */
  readonly failure: string | null;
};

export async function judgeSeed(options: SeedOptions, databases: Databases): Promise<Judged> {
  try {
    const run = await runSeed(options, databases);
    const verdict = await checkHistory(run.lines);
    const [first] = failuresOf(verdict);
    return { options, run, violations: verdict.violations, failure: first?.what ?? null };
  } catch (cause) {
    const failure = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
    return { options, run: null, violations: [], failure };
  }
}

/** The command that runs a seed again, exactly. */
export function replayOf({
  seed,
  deeds,
  pauseMs,
  peopleMax,
  faults,
  ...more
}: SeedOptions): string {
  return [
    `npm run simulate -- --seed ${seed} --steps ${deeds}`,
    ...(pauseMs === undefined ? [] : [`--pause ${pauseMs}`]),
    ...(peopleMax === undefined ? [] : [`--people ${peopleMax}`]),
    ...(faults === undefined ? [] : [`--faults ${faults.join(',') || 'none'}`]),
    ...(more.answersUnflushed ? ['--lying-store'] : []),
  ].join(' ');
}
