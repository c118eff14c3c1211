import { checkHistory, failuresOf } from '../simulate/laws.ts';
import { readHistory } from '../simulate/read-history.ts';

/**
 * What a history breaks, in words; none when every law was looked at and held. Read models are
 * built anew in some rounds only; of a platform that did not come back there is nothing but its
 * log.
 */
export async function judge(
  path: string,
  { finals, rebuilt }: { readonly finals: boolean; readonly rebuilt: boolean },
): Promise<readonly string[]> {
  const verdict = await checkHistory(readHistory(path));
  const failures = failuresOf(verdict, (law) => !finals || (law === 10 && !rebuilt));
  return failures.map(({ what, says }) => `${what}, ${says}`);
}
