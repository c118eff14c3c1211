import { expect, test } from 'vitest';
import { groupStarted, send, sent } from '../testing/conversation.ts';
import { ada, bob, cleo } from '../testing/people.ts';
import { eventsOf, fold } from '../testing/scenario.ts';
import { conversation } from './conversation.ts';
import { rememberedMessagesMax } from './limits.ts';
import { conversationStateVersion, copy, fromSnapshot, snapshot } from './snapshot.ts';

const long = [
  groupStarted([bob]),
  ...Array.from({ length: rememberedMessagesMax + 10 }, (_, index) => sent(index + 1, bob)),
];

test('a conversation that has not begun has a snapshot too', () => {
  const none = conversation.initialState();
  expect(fromSnapshot(snapshot(none))).toEqual(none);
  expect(copy(none)).toEqual(none);
});

test('a snapshot of another version is passed over', () => {
  const other = { ...Object(snapshot(fold(conversation, long))), version: 0 };
  expect(fromSnapshot(other)).toBeNull();
  expect(fromSnapshot(null)).toBeNull();
  expect(conversationStateVersion).toBeGreaterThan(0);
});

test('a snapshot names a person once and takes about 100 bytes a message', () => {
  const stored = JSON.stringify(snapshot(fold(conversation, long)));
  expect(stored.split(bob)).toHaveLength(2);
  expect(stored.length / rememberedMessagesMax).toBeLessThan(130);
});

test('a repeat is known after a restart, and the next number is the next', () => {
  const restored = fromSnapshot(JSON.parse(JSON.stringify(snapshot(fold(conversation, long)))));
  if (!restored) throw new Error('it was written by this version');
  const last = rememberedMessagesMax + 10;
  expect(eventsOf(conversation.decide(send(last, bob), restored))).toEqual([]);
  expect(eventsOf(conversation.decide(send(last + 1, ada), restored))).toEqual([
    sent(last + 1, ada),
  ]);
});

test('who came later is known by her time and role after a restart', () => {
  const came = { user: cleo, role: 'admin' as const };
  const state = fold(conversation, [
    groupStarted([bob]),
    ...[sent(1, bob), sent(2, bob)],
    { type: 'members-added', by: ada, members: [came], atNumber: 2, seesFrom: 3 },
  ]);
  const restored = fromSnapshot(JSON.parse(JSON.stringify(snapshot(state))));
  expect(restored?.situation !== 'none' && restored?.members.get(cleo)).toEqual({
    ...{ role: 'admin', joinedAtNumber: 2 },
  });
  expect(restored?.situation !== 'none' && restored?.members.get(ada)?.role).toBe('owner');
});

test('a state and its copy go different ways', () => {
  const state = fold(conversation, [groupStarted([bob]), sent(1, bob)]);
  const kept = copy(state);
  const after = conversation.evolve(state, sent(2, ada));
  const other = conversation.evolve(kept, { type: 'member-left', user: bob, atNumber: 1 });
  expect(after).toMatchObject({ lastNumber: 2 });
  expect(after.situation !== 'none' && [...after.members.keys()]).toEqual([ada, bob]);
  expect(other).toMatchObject({ lastNumber: 1 });
  expect(other.situation !== 'none' && [...other.members.keys()]).toEqual([ada]);
});
