import type { UserId } from '../ids.ts';
import { rememberedReactionsMax } from './limits.ts';

/** Message number and person, then emoji: is it there? */
type Generation = Map<string, Map<string, boolean>>;

/**
 * The newest reactions given and taken back. Two generations, of which the older is dropped whole:
 * constant time per event, at most rememberedReactionsMax entries.
 */
export type ReactionMemory = {
  newer: Generation;
  newerEntries: number;
  older: Generation;
  forgottenUpTo: number; // reactions on messages above this number are all remembered
};

export function noReactions(): ReactionMemory {
  return { newer: new Map(), newerEntries: 0, older: new Map(), forgottenUpTo: 0 };
}

export type ReactionNote = {
  readonly number: number;
  readonly user: UserId;
  readonly emoji: string;
  readonly there: boolean;
};

export function noteReaction(memory: ReactionMemory, reaction: ReactionNote): void {
  const key = keyOf(reaction.number, reaction.user);
  const own = memory.newer.get(key) ?? new Map<string, boolean>();
  if (own.size === 0) memory.newer.set(key, own);
  if (!own.has(reaction.emoji)) memory.newerEntries += 1;
  own.set(reaction.emoji, reaction.there);
  if (memory.newerEntries < rememberedReactionsMax / 2) return;
  for (const dropped of memory.older.keys()) {
    memory.forgottenUpTo = Math.max(memory.forgottenUpTo, Number.parseInt(dropped, 10));
  }
  memory.older = memory.newer;
  memory.newer = new Map();
  memory.newerEntries = 0;
}

/** What the person has on the message: what a look-up found, corrected by what is remembered. */
export function ownReactions(
  memory: ReactionMemory,
  of: { readonly number: number; readonly user: UserId },
  found: readonly string[],
): ReadonlySet<string> {
  const own = new Set(found);
  const key = keyOf(of.number, of.user);
  for (const generation of [memory.older, memory.newer]) {
    for (const [emoji, there] of generation.get(key) ?? []) {
      if (there) own.add(emoji);
      else own.delete(emoji);
    }
  }
  return own;
}

/** Oldest first. */
export function reactionNotes(memory: ReactionMemory): readonly ReactionNote[] {
  return [memory.older, memory.newer].flatMap((generation) =>
    [...generation].flatMap(([key, own]) => {
      const [number = '', user = ''] = key.split(' ');
      return [...own].map(([emoji, there]) => ({
        number: Number.parseInt(number, 10),
        user: user as UserId, // the key was made of one
        emoji,
        there,
      }));
    }),
  );
}

function keyOf(number: number, user: UserId): string {
  return `${number} ${user}`;
}
