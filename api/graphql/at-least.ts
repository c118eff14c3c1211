import type { ApiContext } from '../context.ts';
import { unavailable } from '../errors.ts';
import { limits } from '../limits.ts';

/**
 * Waits, within bounds, until reads show everything up to a position; of one key, where it is
 * named.
 */
export async function caughtUp(
  { dependencies: { progress } }: ApiContext,
  position: bigint | null | undefined,
  key: string | null = null,
): Promise<void> {
  if (position === null || position === undefined) return;
  const within = { timeoutMs: limits.atLeastWaitMs };
  const reached =
    key === null
      ? await progress.waitFor(position, within)
      : await progress.waitForKey(key, position, within);
  if (reached >= position) return;
  throw unavailable('The read models are behind: try again in a moment.', {
    reached: reached.toString(),
  });
}
