import type { Latency } from './open-loop.ts';
import { openLatency } from './open-loop.ts';

/** A message of a load: when it was meant to be sent, and where it is in the log. */
export type Journaled = { readonly meantMs: number; readonly position: number };

/** A consumer was seen to hold everything up to a position. */
export type Reached = { readonly atMs: number; readonly position: number };

/** When each message came to a consumer; null for those that have not come. */
export type Came = readonly (number | null)[];

/**
 * When a consumer was first seen to hold each message. It had it a little earlier: the error is the
 * time between two looks, to the consumer's disadvantage.
 */
export function cameBy(messages: readonly Journaled[], seen: readonly Reached[]): Came {
  const looks = [...seen].sort((one, other) => one.atMs - other.atMs);
  const inOrder = [...messages.keys()].sort(
    (one, other) => positionAt(messages, one) - positionAt(messages, other),
  );
  const came: (number | null)[] = messages.map(() => null);
  let next = 0;
  for (const { atMs, position } of looks) {
    for (; next < inOrder.length; next += 1) {
      const at = inOrder[next] ?? 0;
      if (positionAt(messages, at) > position) break;
      came[at] = atMs;
    }
  }
  return came;
}

/** How far behind the intended times they came, and how many did not come at all. */
export function lagOf(
  messages: readonly Journaled[],
  came: Came,
): Latency & { readonly missing: number } {
  const latency = openLatency();
  for (const [at, { meantMs }] of messages.entries()) {
    const ms = came[at];
    if (ms !== null && ms !== undefined) latency.record(ms - meantMs);
  }
  const read = latency.read();
  return { ...read, missing: messages.length - read.count };
}

/** The longest lag of the messages of each second, in ms, by seconds since the first of them. */
export function longestBySecond(
  messages: readonly Journaled[],
  came: Came,
  fromMs: number,
): readonly (readonly [number, number])[] {
  const longest = new Map<number, number>();
  for (const [at, { meantMs }] of messages.entries()) {
    const ms = came[at];
    if (ms === null || ms === undefined) continue;
    const second = Math.floor((meantMs - fromMs) / 1_000);
    longest.set(second, Math.max(longest.get(second) ?? 0, ms - meantMs, 1));
  }
  return [...longest].sort(([one], [other]) => one - other);
}

/** How many of some moments lie in each second. */
export function countBySecond(
  moments: Came,
  fromMs: number,
): readonly (readonly [number, number])[] {
  const counts = new Map<number, number>();
  for (const ms of moments) {
    if (ms === null) continue;
    const second = Math.floor((ms - fromMs) / 1_000);
    counts.set(second, (counts.get(second) ?? 0) + 1);
  }
  return [...counts].sort(([one], [other]) => one - other);
}

function positionAt(messages: readonly Journaled[], at: number): number {
  return messages[at]?.position ?? 0;
}
