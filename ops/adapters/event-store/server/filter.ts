import type streamsPb from '@eventstore/db-client/generated/streams_pb.js';
import { compileExpression } from './expression.ts';

type Named = { readonly stream: string; readonly type: string };

/**
 * Which events of `$all` a subscriber wants, and after how many considered it wants a checkpoint.
 */
export type Filter = {
  wants(event: Named): boolean;
  readonly checkpointEvery: number; // Infinity: never
};

/** The unit of the window when the client leaves it to the server. */
const windowEvents = 32;

/** Throws ExpressionRefused when the regular expression is none, or could take long. */
export function filterOf(options: streamsPb.ReadReq.Options): Filter {
  const filter = options.getFilter();
  if (!filter) return { wants: () => true, checkpointEvery: Number.POSITIVE_INFINITY };
  const window = filter.hasMax() ? filter.getMax() : windowEvents;
  const checkpointEvery = Math.max(
    1,
    window * Math.max(1, filter.getCheckpointintervalmultiplier()),
  );
  const byStream = filter.getStreamIdentifier();
  const expression = byStream ?? filter.getEventType();
  const regex = expression?.getRegex() ?? '';
  const matches = matcherOf({ regex, prefixes: expression?.getPrefixList() ?? [] });
  return { wants: ({ stream, type }) => matches(byStream ? stream : type), checkpointEvery };
}

type Expression = { readonly regex: string; readonly prefixes: readonly string[] };

/**
 * A regular expression is anchored only where it says so; prefixes come first. Throws
 * ExpressionRefused, as above.
 */
export function matcherOf({ regex, prefixes }: Expression): (name: string) => boolean {
  if (prefixes.length > 0) return (name) => prefixes.some((prefix) => name.startsWith(prefix));
  return compileExpression(regex);
}
