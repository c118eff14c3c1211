import type { DocumentNode } from 'graphql';
import { GraphQLError } from 'graphql';
import type { ApiContext } from './context.ts';
import { costOf } from './cost.ts';
import { limited } from './errors.ts';
import { limits } from './limits.ts';

/**
 * Lets a document in, or says which limit it meets. Its cost is taken from the person's allowance,
 * which
 * fills up again within a minute.
 */
export async function admit(
  context: ApiContext,
  document: DocumentNode,
  variables: Readonly<Record<string, unknown>>,
): Promise<void> {
  const { points, depth, aliases } = costOf(document, variables, limits.costMax);
  if (depth > limits.depthMax) throw tooMuch('deep', depth, limits.depthMax);
  if (aliases > limits.aliasesMax) throw tooMuch('many aliases', aliases, limits.aliasesMax);
  if (points > limits.costMax) throw tooMuch('dear', points, limits.costMax);
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

function tooMuch(how: string, found: number, max: number): GraphQLError {
  const message = `The document is too ${how}: ${found} where ${max} is the limit. Ask for less at once.`;
  return new GraphQLError(message, { extensions: { code: 'LIMITED', retryAfterMs: null } });
}
