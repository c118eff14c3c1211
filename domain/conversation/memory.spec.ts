import { beforeAll, describe, expect, test } from 'vitest';
import { edit, groupStarted, send, sent } from '../testing/conversation.ts';
import { ada, bob, cleo, noonMs, person } from '../testing/people.ts';
import { eventsOf, fold } from '../testing/scenario.ts';
import type { World } from '../testing/world.ts';
import { ask, emptyWorld, happen } from '../testing/world.ts';
import { conversation } from './conversation.ts';
import {
  rememberedAmendmentsMax,
  rememberedMessagesMax,
  rememberedReactionsMax,
} from './limits.ts';
import { rememberedMessage } from './lookups.ts';
import { remembered } from './memory.ts';
import { reactionNotes } from './reaction-memory.ts';
import { fromSnapshot, snapshot } from './snapshot.ts';
import type { BegunConversation } from './state.ts';

const messagesSent = 20_000;

describe('after 20,000 messages with reactions, edits and deletions', () => {
  let world: World;

  beforeAll(() => {
    world = emptyWorld();
    happen(world, groupStarted([bob, cleo]));
    for (let number = 1; number <= messagesSent; number += 1) {
      ask(world, send(number, [ada, bob, cleo][number % 3] ?? ada));
      const old = Math.ceil(number / 2);
      const asked = { by: bob, atMs: noonMs, number: old };
      ask(world, { type: 'react', ...asked, emoji: '👍' });
      if (number % 5 === 0) ask(world, edit(old, [ada, bob, cleo][old % 3] ?? ada, 'better'));
      if (number % 7 === 0) ask(world, { type: 'delete-message', ...asked, by: ada });
    }
  });

  const begun = (): BegunConversation => {
    if (world.state.situation === 'none') throw new Error('it has begun');
    return world.state;
  };

  test('the state is no larger than its limits', () => {
    const { messages, amendments, reactions } = begun();
    expect(messages.ring).toHaveLength(rememberedMessagesMax);
    const ids = [...messages.byAuthor.values()].reduce((sum, own) => sum + own.size, 0);
    expect(ids).toBe(rememberedMessagesMax);
    expect(reactionNotes(reactions).length).toBeLessThanOrEqual(rememberedReactionsMax);
    expect(reactionNotes(reactions).length).toBeGreaterThanOrEqual(rememberedReactionsMax / 2);
    const amended = amendments.newer.size + amendments.older.size;
    expect(amended).toBeLessThanOrEqual(rememberedAmendmentsMax);
    expect(JSON.stringify(snapshot(world.state)).length).toBeLessThan(1_000_000);
  });

  test('the newest messages are remembered, with their revisions', () => {
    const numbers = remembered(begun().messages).map(({ number }) => number);
    expect(numbers[0]).toBe(messagesSent - rememberedMessagesMax + 1);
    expect(numbers.at(-1)).toBe(messagesSent);
    const last = rememberedMessage(world.state, send(messagesSent, cleo));
    expect(last?.number).toBe(messagesSent);
    expect(world.events[last?.revision ?? -1]).toEqual(sent(messagesSent, cleo));
  });

  test('every message sent is known when it is sent again, remembered or not', () => {
    for (let number = 1; number <= messagesSent; number += 97) {
      const author = [ada, bob, cleo][number % 3] ?? ada;
      expect(eventsOf(ask(world, send(number, author)))).toEqual([]);
      expect(ask(world, send(number, author, 'something else'))).toEqual({
        verdict: 'refused',
        refusal: { kind: 'client-id-reused' },
      });
    }
  });

  test('no reaction is given twice, remembered or not', () => {
    for (let number = 1; number <= messagesSent / 2; number += 97) {
      const decision = ask(world, { type: 'react', by: bob, atMs: noonMs, number, emoji: '👍' });
      const deleted = world.messages[number - 1]?.deleted;
      expect(decision.verdict).toBe(deleted ? 'refused' : 'accepted');
      if (decision.verdict === 'accepted') expect(decision.events).toEqual([]);
    }
  });

  test('a snapshot brings all of it back', () => {
    const { forgottenIdTimeMaxMs } = begun().messages;
    expect(forgottenIdTimeMaxMs).toBe(sent(messagesSent - rememberedMessagesMax, ada).atMs);
    expect(begun().reactions.forgottenUpTo).toBeGreaterThan(0);
    expect(begun().amendments.newer.size).toBeGreaterThan(0);
    expect(fromSnapshot(JSON.parse(JSON.stringify(snapshot(world.state))))).toEqual(world.state);
  });

  test('no personal text is in the snapshot', () => {
    const stored = JSON.stringify(snapshot(world.state)).replaceAll('tag of text', '');
    for (const text of ['text 20000', 'Harbour']) expect(stored).not.toContain(text);
  });
});

test('people who wrote once and were forgotten leave nothing behind', () => {
  const history = Array.from({ length: messagesSent }, (_, index) =>
    sent(index + 1, person(index + 10)),
  );
  const state = fold(conversation, [groupStarted(), ...history]);
  expect(state.situation !== 'none' && state.messages.byAuthor.size).toBe(rememberedMessagesMax);
});
