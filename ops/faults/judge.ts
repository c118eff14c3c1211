import { checkHistory } from '../simulate/laws.ts';
import { readHistory } from '../simulate/read-history.ts';

/**
 * What a history breaks, in words; none when every law was looked at and held. Read models are
 * built anew in some rounds only; of a platform
 * that did not come back there is nothing but its log.
 */
export async function judge(
  path: string,
  { finals, rebuilt }: { readonly finals: boolean; readonly rebuilt: boolean },
): Promise<readonly string[]> {
  const { violations, laws } = await checkHistory(readHistory(path));
  const unchecked = laws.filter(
    ({ number, unchecked: why }) => why !== null && finals && (number !== 10 || rebuilt),
  );
  return [
    ...violations.map(({ law, kind, line, says }) => `law ${law}, ${kind}, line ${line}: ${says}`),
    ...unchecked.map(({ number, unchecked: why }) => `law ${number} was not checked: ${why}`),
  ];
}
