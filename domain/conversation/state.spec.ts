import { describe, expect, test } from 'vitest';
import { channelStarted, groupStarted, sent } from '../testing/conversation.ts';
import { ada, bob, cleo, dan } from '../testing/people.ts';
import { fold } from '../testing/scenario.ts';
import { conversation } from './conversation.ts';
import type { ConversationEvent } from './events.ts';
import { byNumber } from './memory.ts';
import type { BegunConversation } from './state.ts';

function begun(...history: readonly ConversationEvent[]): BegunConversation {
  const state = fold(conversation, history);
  if (state.situation === 'none') throw new Error('the history lacks a start');
  return state;
}

const removed = { type: 'member-removed', user: bob, by: ada, atNumber: 0 } as const;
const added = (user = bob) =>
  ({
    type: 'members-added',
    by: ada,
    atNumber: 0,
    seesFrom: 1,
    members: [{ user, role: 'member' }],
  }) as const;

describe('the state of a conversation', () => {
  test('is nothing until it starts, but counts', () => {
    expect(conversation.initialState()).toEqual({ situation: 'none', revision: -1 });
    expect(fold(conversation, [sent(1, ada)])).toEqual({ situation: 'none', revision: 0 });
  });

  test('begins as it was started', () => {
    const state = begun(groupStarted([bob]));
    expect(state).toMatchObject({ situation: 'open', revision: 0, lastNumber: 0, startedBy: ada });
    expect([...state.members]).toEqual([
      [ada, { role: 'owner', joinedAtNumber: 0 }],
      [bob, { role: 'member', joinedAtNumber: 0 }],
    ]);
  });

  test('is not started over by a second start', () => {
    const state = begun(groupStarted([bob]), sent(1, ada), channelStarted());
    expect(state).toMatchObject({ kind: 'group', lastNumber: 1, revision: 2 });
  });

  test('knows since which number somebody is there', () => {
    const state = begun(groupStarted([bob]), sent(1, ada), sent(2, bob), added(cleo));
    expect(state.members.get(cleo)).toEqual({ role: 'member', joinedAtNumber: 2 });
    expect(state.members.get(bob)?.joinedAtNumber).toBe(0);
  });

  test('puts who comes back at the end of the standing, at the number of then', () => {
    const state = begun(groupStarted([bob, cleo]), sent(1, ada), removed, added());
    expect([...state.members.keys()]).toEqual([ada, cleo, bob]);
    expect(state.members.get(bob)?.joinedAtNumber).toBe(1);
  });

  test('keeps the standing of who gets another role', () => {
    const promoted = { type: 'role-changed', user: bob, role: 'admin', by: ada } as const;
    const state = begun(groupStarted([bob, cleo]), sent(1, ada), promoted);
    expect([...state.members.keys()]).toEqual([ada, bob, cleo]);
    expect(state.members.get(bob)).toEqual({ role: 'admin', joinedAtNumber: 0 });
  });

  test('holds a message without its text, and what became of it', () => {
    const state = begun(
      groupStarted([bob]),
      { type: 'member-joined', user: dan, atNumber: 0, seesFrom: 1 },
      sent(1, dan),
      { type: 'message-edited', number: 1, by: dan, contentTag: 'tag of new', text: 'new' },
      { type: 'message-deleted', number: 1, by: dan },
    );
    const { number, author, clientId, contentTag: sentContentTag, atMs } = sent(1, dan);
    expect(byNumber(state.messages, 1)).toEqual({
      number,
      author,
      clientId,
      contentTag: 'tag of new',
      sentContentTag,
      sentAtMs: atMs,
      deleted: true,
      revision: 2,
    });
  });

  test('stays readable when it is closed', () => {
    const closed = { type: 'conversation-closed', by: ada } as const;
    expect(begun(groupStarted([bob]), sent(1, ada), closed)).toMatchObject({
      situation: 'closed',
      lastNumber: 1,
      revision: 2,
    });
  });
});
