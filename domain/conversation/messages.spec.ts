import { describe, expect, test } from 'vitest';
import { directStarted, edit, found, groupStarted, sent } from '../testing/conversation.ts';
import { ada, bob, cleo, dayMs, eve, noonMs } from '../testing/people.ts';
import { fold, scenario } from '../testing/scenario.ts';
import type { DeleteMessage } from './commands.ts';
import { conversation } from './conversation.ts';
import type { ConversationEvent, MessageDeleted, MessageEdited } from './events.ts';
import { editWindowMsDefault, rememberedMessagesMax } from './limits.ts';
import { needsFacts } from './lookups.ts';

const edited = (number: number, text: string): MessageEdited => ({
  type: 'message-edited',
  number,
  by: bob,
  contentTag: `tag of ${text}`,
  text,
});
const remove = (number: number, by = bob): DeleteMessage => ({
  type: 'delete-message',
  by,
  atMs: noonMs,
  number,
});
const deleted = (number: number, by = bob): MessageDeleted => ({
  type: 'message-deleted',
  number,
  by,
});
const talk = [groupStarted([bob, cleo]), sent(1, bob)] as const;
const sentAtMs = sent(1, bob).atMs;

describe('editing a message', () => {
  scenario(conversation, 'is its author’s')
    .given(...talk)
    .when(edit(1, bob, 'better'))
    .thenEvents(edited(1, 'better'));

  scenario(conversation, 'is nobody else’s, not even the owner’s')
    .given(...talk)
    .when(edit(1, ada, 'better'))
    .thenRefused({ kind: 'not-allowed' });

  scenario(conversation, 'back to the first text is an edit')
    .given(...talk, edited(1, 'better'))
    .when(edit(1, bob, 'text 1'))
    .thenEvents(edited(1, 'text 1'));

  scenario(conversation, 'is open to the last moment of the window')
    .given(...talk)
    .when({ ...edit(1, bob, 'better'), atMs: sentAtMs + editWindowMsDefault })
    .thenEvents(edited(1, 'better'));

  scenario(conversation, 'is over after it')
    .given(...talk)
    .when({ ...edit(1, bob, 'better'), atMs: sentAtMs + editWindowMsDefault + 1 })
    .thenRefused({ kind: 'edit-window-over', editWindowMs: editWindowMsDefault });

  scenario(conversation, 'never opens where the window is 0')
    .given(groupStarted([bob], { editWindowMs: 0 }), sent(1, bob))
    .when({ ...edit(1, bob, 'better'), atMs: sentAtMs })
    .thenRefused({ kind: 'edit-window-over', editWindowMs: 0 });

  scenario(conversation, 'repeated after the window gets the first outcome')
    .given(...talk, edited(1, 'better'))
    .when({ ...edit(1, bob, 'better'), atMs: sentAtMs + 9 * dayMs })
    .thenNothing();

  scenario(conversation, 'needs a text')
    .given(...talk)
    .when(edit(1, bob, ' '))
    .thenRefused({ kind: 'text-empty' });

  scenario(conversation, 'needs a message that is still there')
    .given(...talk, deleted(1))
    .when(edit(1, bob, 'better'))
    .thenRefused({ kind: 'message-deleted' });

  scenario(conversation, 'needs a number that exists')
    .given(...talk)
    .when(edit(2, bob, 'better'))
    .thenRefused({ kind: 'no-such-message' });

  scenario(conversation, 'needs a member')
    .given(...talk, { type: 'member-left', user: bob, atNumber: 1 })
    .when(edit(1, bob, 'better'))
    .thenRefused({ kind: 'not-a-member' });
});

describe('deleting a message for everyone', () => {
  scenario(conversation, 'is its author’s')
    .given(...talk)
    .when(remove(1))
    .thenEvents(deleted(1));

  scenario(conversation, 'is an admin’s')
    .given(...talk)
    .when(remove(1, ada))
    .thenEvents(deleted(1, ada));

  scenario(conversation, 'is not another member’s')
    .given(...talk)
    .when(remove(1, cleo))
    .thenRefused({ kind: 'not-allowed' });

  scenario(conversation, 'between two is each one’s own only')
    .given(directStarted(), sent(1, bob))
    .when(remove(1, ada))
    .thenRefused({ kind: 'not-allowed' });

  scenario(conversation, 'is not a stranger’s')
    .given(...talk)
    .when(remove(1, eve))
    .thenRefused({ kind: 'not-a-member' });

  scenario(conversation, 'takes its pin away')
    .given(...talk, { type: 'message-pinned', number: 1, by: ada })
    .when(remove(1))
    .thenEvents(deleted(1), { type: 'message-unpinned', number: 1, by: bob });

  scenario(conversation, 'needs a number that exists')
    .given(...talk)
    .when(remove(0))
    .thenRefused({ kind: 'no-such-message' });
});

describe('a message that the state has forgotten', () => {
  const later = Array.from({ length: rememberedMessagesMax }, (_, index) => sent(index + 2, ada));
  const history: readonly ConversationEvent[] = [...talk, ...later];

  test('needs facts, unless the answer is no anyway', () => {
    const state = fold(conversation, history);
    expect(needsFacts(remove(1), state)).toBe(true);
    expect(needsFacts(remove(2), state)).toBe(false);
    expect(needsFacts({ ...remove(1), facts: null }, state)).toBe(false);
    expect(needsFacts(remove(1, eve), state)).toBe(false);
    expect(needsFacts(remove(rememberedMessagesMax + 2), state)).toBe(false);
    expect(() => conversation.decide(remove(1), state)).toThrow('needsFacts');
  });

  scenario(conversation, 'is edited by what the look-up found')
    .given(...history)
    .when({ ...edit(1, bob, 'better'), facts: found(bob) })
    .thenEvents(edited(1, 'better'));

  scenario(conversation, 'is not edited when the look-up found another author')
    .given(...history)
    .when({ ...edit(1, bob, 'better'), facts: found(ada) })
    .thenRefused({ kind: 'not-allowed' });

  scenario(conversation, 'is not there when the look-up found none')
    .given(...history)
    .when({ ...edit(1, bob, 'better'), facts: null })
    .thenRefused({ kind: 'no-such-message' });

  scenario(conversation, 'stays deleted although an old look-up saw it')
    .given(...history, deleted(1))
    .when({ ...edit(1, bob, 'better'), facts: found(bob) })
    .thenRefused({ kind: 'message-deleted' });

  scenario(conversation, 'is deleted once, whatever an old look-up saw')
    .given(...history)
    .when({ ...remove(1), facts: found(bob) })
    .thenEvents(deleted(1));
});
