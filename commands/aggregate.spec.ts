import { describe, expect, it } from 'vitest';
import { accept } from '../domain/decider.ts';
import type { Aggregate } from './aggregate.ts';
import { load } from './aggregate.ts';

type Said = { readonly type: 'said'; readonly word: string };
type Words = { readonly words: readonly string[] };

const words = ['no', 'word', 'may', 'be', 'left', 'out', 'or', 'said', 'twice'];

/** A stream of words, with a snapshot of the first of them. */
function saying(inSnapshot: number): Aggregate<string, Words, Said, never> {
  return {
    decider: {
      ...{ category: 'words', initialState: () => ({ words: [] }) },
      decide: (word) => accept<Said>({ type: 'said', word }),
      evolve: (state, { word }) => ({ words: [...state.words, word] }),
    },
    journal: {
      read: async function* (_key, from) {
        yield words.slice(from).map((word, at) => ({
          ...{ id: word, revision: from + at, position: BigInt(10 * (from + at)), recordedAtMs: 0 },
          event: { type: 'said', word },
        }));
      },
      readSnapshot: async (_key, version) => ({
        ...{ version, revision: inSnapshot - 1, position: BigInt(10 * (inSnapshot - 1)) },
        state: JSON.stringify(words.slice(0, inSnapshot)),
      }),
      append: async () => ({ kind: 'conflict' }),
      writeSnapshot: async () => undefined,
    },
    snapshots: {
      ...{ version: 1, write: (state: Words) => [...state.words] },
      read: (json) => ({ words: json as string[] }),
    },
    weigh: () => 1,
  };
}

describe('a state that is loaded', () => {
  it.each([1, 2, 5, 8, 9])(
    'from a snapshot of %i events has each later one, once and in order',
    async (inSnapshot) => {
      expect(await load(saying(inSnapshot), 'a')).toEqual({
        ...{ state: { words }, revision: 8, position: 80n },
        eventsSinceSnapshot: words.length - inSnapshot,
      });
    },
  );
});
