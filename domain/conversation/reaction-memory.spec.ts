import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ada, bob, person } from '../testing/people.ts';
import { rememberedReactionsMax } from './limits.ts';
import type { ReactionNote } from './reaction-memory.ts';
import { noReactions, noteReaction, ownReactions, reactionNotes } from './reaction-memory.ts';

const note = (number: number, emoji: string, there = true, user = ada): ReactionNote => ({
  number,
  user,
  emoji,
  there,
});

test('what a person has is what she gave and did not take back', () => {
  const emoji = fc.constantFrom('👍', '❤️', '😀');
  const anyNotes = fc.array(fc.tuple(emoji, fc.boolean(), fc.constantFrom(ada, bob)));
  fc.assert(
    fc.property(anyNotes, fc.subarray(['👍', '❤️']), (notes, found) => {
      const memory = noReactions();
      const own = new Set<string>(found);
      for (const [face, there, user] of notes) {
        noteReaction(memory, note(1, face, there, user));
        if (user === ada && there) own.add(face);
        if (user === ada && !there) own.delete(face);
      }
      expect(ownReactions(memory, { number: 1, user: ada }, found)).toEqual(own);
      expect(ownReactions(memory, { number: 2, user: ada }, [])).toEqual(new Set());
    }),
  );
});

test('above the greatest forgotten number everything is remembered', () => {
  const memory = noReactions();
  for (let number = 1; number <= rememberedReactionsMax; number += 1) {
    noteReaction(memory, note(number, '👍'));
    for (let newer = memory.forgottenUpTo + 1; newer <= number; newer += 501) {
      expect(ownReactions(memory, { number: newer, user: ada }, []).size).toBe(1);
    }
  }
  expect(memory.forgottenUpTo).toBe(rememberedReactionsMax / 2);
});

test('one person who changes her mind for ever takes no more room than many', () => {
  const memory = noReactions();
  for (let turn = 0; turn < rememberedReactionsMax * 3; turn += 1) {
    noteReaction(memory, note(1, `${turn % 3_000}`, turn % 2 === 0));
  }
  expect(reactionNotes(memory).length).toBeLessThan(rememberedReactionsMax);
});

test('notes come oldest first, so that noting them again gives the same memory', () => {
  const memory = noReactions();
  for (let index = 0; index < rememberedReactionsMax * 1.2; index += 1) {
    noteReaction(memory, note(index % 50, '👍', index % 3 > 0, person(index % 700)));
  }
  const again = noReactions();
  for (const one of reactionNotes(memory)) noteReaction(again, one);
  expect({ ...again, forgottenUpTo: memory.forgottenUpTo }).toEqual(memory);
});
