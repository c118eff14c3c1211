import type { FaultName } from './faults.ts';
import type { HistoryLine } from './history.ts';
import type { Judged } from './judge.ts';
import type { SeedOptions } from './seed.ts';

export type Shortening = {
  readonly judge: (options: SeedOptions) => Promise<Judged>;
  readonly triesMax: number;
  /** Whether there is time for another try. */
  readonly hasTime: () => boolean;
};

/**
 * Looks for a smaller run that fails in the same way: with fewer deeds, without a fault, with fewer
 * people. Takes the first that does and goes on from there, within its bounds.
 */
export async function shorten(failed: Judged, bounds: Shortening): Promise<Judged> {
  let smallest = failed;
  let left = bounds.triesMax;
  for (let found = true; found; ) {
    found = false;
    for (const options of smallerThan(smallest)) {
      if (left <= 0 || !bounds.hasTime()) return smallest;
      left -= 1;
      const judged = await bounds.judge(options);
      if (judged.failure !== failed.failure) continue;
      smallest = judged;
      found = true;
      break;
    }
  }
  return smallest;
}

function* smallerThan({ options, run }: Judged): Generator<SeedOptions> {
  const faults: readonly FaultName[] = options.faults ?? run?.faults ?? [];
  const { deeds, peopleMax = 6 } = options;
  if (deeds > 4) yield { ...options, faults, deeds: Math.ceil(deeds / 2) };
  if (faults.length > 1) yield { ...options, faults: [] };
  for (const gone of faults) {
    yield { ...options, faults: faults.filter((fault) => fault !== gone) };
  }
  if (peopleMax > 2) yield { ...options, faults, peopleMax: peopleMax - 1 };
  if (deeds > 4) yield { ...options, faults, deeds: Math.ceil(deeds * 0.8) };
}

/** The lines about the conversation in which a law was broken; all where none is named. */
export function concernedLines({ run, violations }: Judged): readonly HistoryLine[] {
  const lines = run?.lines ?? [];
  const conversations = lines.flatMap((line) => (line.line === 'log' ? [line.conversation] : []));
  const says = violations[0]?.says ?? '';
  const named = conversations.find((conversation) => says.includes(conversation));
  if (named === undefined) return lines;
  const operations = new Set<number>();
  return lines.filter((line) => {
    if (line.line === 'answered' && operations.has(line.op)) return true;
    const isNamed = JSON.stringify(line).includes(named);
    if (isNamed && line.line === 'invoked') operations.add(line.op);
    return isNamed || line.line === 'connected' || line.line === 'cut';
  });
}
