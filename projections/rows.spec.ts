import { expect, test } from 'vitest';
import type { ConversationEvent } from '../domain/conversation/events.ts';
import type { ParleyEvent } from '../domain/recorded.ts';
import { groupStarted, sent } from '../domain/testing/conversation.ts';
import { ada, bob } from '../domain/testing/people.ts';
import { projections } from './all.ts';
import { conversationOf, recorder } from './testing/history.ts';

/** Rows written for the last of these events, in all projections together. */
function rowsOfLast(events: readonly ConversationEvent[]): Readonly<Record<string, number>> {
  const { history, said } = recorder();
  said(conversationOf(1), ...events);
  const last = history.at(-1) as ParleyEvent;
  return Object.fromEntries(projections.map(({ name, changes }) => [name, changes(last).length]));
}

const crowd = Array.from({ length: 999 }, (_, at) => {
  const tail = String(at).padStart(12, '0');
  return `0198f1d2-0000-7000-9000-${tail}` as typeof bob;
});

test('a message writes as many rows in a group of 1,000 as in one of 2, early and late', () => {
  const small = rowsOfLast([groupStarted([bob]), sent(1, ada)]);
  expect(rowsOfLast([groupStarted(crowd), sent(1, ada)])).toEqual(small);
  expect(rowsOfLast([groupStarted([bob]), sent(10_000, ada)])).toEqual(small);
  expect(rowsOfLast([groupStarted([bob]), sent(1_000_000, ada)])).toEqual(small);
  // Heads and the sender's own row in two of them; the message and its place among the events.
  expect(small).toEqual({ people: 0, 'conversation-details': 2, inbox: 2, timeline: 2 });
});
