import type { DocumentNode } from 'graphql';
import type { ApiContext } from './context.ts';
import type { Cost } from './cost.ts';
import { costOf } from './cost.ts';
import { limited, tooMuch } from './errors.ts';
import { limits } from './limits.ts';

/**
 * Lets a document in, or says which limit it meets. Its cost is taken from the person's allowance,
 * which fills up again within a minute.
 */
export async function admit(
  context: ApiContext,
  document: DocumentNode,
  variables: Readonly<Record<string, unknown>>,
): Promise<void> {
  const { points } = admissible(document, variables);
  const { viewer, dependencies, address } = context;
  const { cache, costPerMinute, now } = dependencies;
  const who = viewer ?? `address/${address}`;
  const minute = Math.floor(now() / 60_000);
  const spent = await cache.increment(`cost/${who}/${minute}`, points, { expiresInMs: 61_000 });
  const resetAtMs = (minute + 1) * 60_000;
  const remaining = Math.max(0, costPerMinute - spent);
  Object.assign(context, { cost: { requested: points, remaining, resetAtMs } });
  if (spent > costPerMinute)
    throw limited('The allowance of this minute is spent.', resetAtMs - now());
}

/** What a document costs; LIMITED for one that is too much at once, whoever asks. */
export function admissible(
  document: DocumentNode,
  variables: Readonly<Record<string, unknown>>,
): Cost {
  const cost = costOf(document, variables, limits.costMax);
  const { points, depth, aliases } = cost;
  if (depth > limits.depthMax) {
    throw tooMuch('The document is too deep', { of: 'depth', found: depth, max: limits.depthMax });
  }
  if (aliases > limits.aliasesMax) {
    const limit = { of: 'aliases', found: aliases, max: limits.aliasesMax };
    throw tooMuch('The document has too many aliases', limit);
  }
  if (points > limits.costMax) {
    throw tooMuch('The document is too dear', { of: 'points', found: points, max: limits.costMax });
  }
  return cost;
}
