import { describe, expect, test } from 'vitest';
import { channelStarted, found, groupStarted, sent } from '../testing/conversation.ts';
import { ada, bob, cleo, eve, noonMs, person } from '../testing/people.ts';
import { fold, scenario } from '../testing/scenario.ts';
import type { Pin, React, Unpin, Unreact } from './commands.ts';
import { conversation } from './conversation.ts';
import type { MessagePinned, MessageUnpinned, ReactionAdded, ReactionRemoved } from './events.ts';
import {
  pinsMax,
  reactionsOfPersonPerMessageMax,
  rememberedMessagesMax,
  rememberedReactionsMax,
} from './limits.ts';
import { needsFacts } from './lookups.ts';

const of = (number: number, by = bob) => ({ number, by, atMs: noonMs });
const react = (emoji: string, by = bob): React => ({ type: 'react', emoji, ...of(1, by) });
const unreact = (emoji: string, by = bob): Unreact => ({ type: 'unreact', emoji, ...of(1, by) });
const added = (emoji: string, by = bob): ReactionAdded => ({
  type: 'reaction-added',
  number: 1,
  by,
  emoji,
});
const removed = (emoji: string, by = bob): ReactionRemoved => ({
  type: 'reaction-removed',
  number: 1,
  by,
  emoji,
});
const pin = (number: number, by = bob): Pin => ({ type: 'pin', ...of(number, by) });
const unpin = (number: number, by = bob): Unpin => ({ type: 'unpin', ...of(number, by) });
const pinned = (number: number, by = bob): MessagePinned => ({
  type: 'message-pinned',
  number,
  by,
});
const unpinned = (number: number): MessageUnpinned => ({
  type: 'message-unpinned',
  number,
  by: bob,
});
const talk = [groupStarted(), sent(1, ada)] as const;
const faces = Array.from({ length: reactionsOfPersonPerMessageMax }, (_, index) =>
  String.fromCodePoint(0x1f600 + index),
);
const deleted = { type: 'message-deleted', number: 1, by: ada } as const;
const forgotten = Array.from({ length: rememberedMessagesMax }, (_, index) => sent(index + 2, ada));

describe('reacting', () => {
  for (const emoji of ['👍', '❤️', '👩‍👩‍👧', '🏳️‍🌈', '1️⃣', '👋🏽', '🇺🇦']) {
    scenario(conversation, `takes ${emoji} as one emoji`)
      .given(...talk)
      .when(react(emoji))
      .thenEvents(added(emoji));
  }
  for (const emoji of ['', 'a', '1', '👍👍', '👍 ', '\ud83d', ':+1:']) {
    scenario(conversation, `does not take "${emoji}"`)
      .given(...talk)
      .when(react(emoji))
      .thenRefused({ kind: 'not-an-emoji' });
  }

  scenario(conversation, 'again after taking it back counts')
    .given(...talk, added('👍'), removed('👍'))
    .when(react('👍'))
    .thenEvents(added('👍'));

  scenario(conversation, 'ends at twenty different ones')
    .given(...talk, ...faces.map((emoji) => added(emoji)))
    .when(react('👍'))
    .thenRefused({ kind: 'too-many-reactions', max: reactionsOfPersonPerMessageMax });

  scenario(conversation, 'is counted for each person alone')
    .given(...talk, ...faces.map((emoji) => added(emoji)))
    .when(react('👍', ada))
    .thenEvents(added('👍', ada));

  scenario(conversation, 'needs a member')
    .given(...talk)
    .when({ ...react('👍', eve), subscriber: true })
    .thenRefused({ kind: 'not-a-member' });

  scenario(conversation, 'in a channel is a subscriber’s too')
    .given(channelStarted(), sent(1, ada))
    .when({ ...react('👍', eve), subscriber: true })
    .thenEvents(added('👍', eve));

  scenario(conversation, 'in a channel is not a passer-by’s')
    .given(channelStarted(), sent(1, ada))
    .when(react('👍', eve))
    .thenRefused({ kind: 'not-a-member' });

  scenario(conversation, 'needs a message that is still there')
    .given(...talk, deleted)
    .when(react('👍'))
    .thenRefused({ kind: 'message-deleted' });
});

describe('taking a reaction back', () => {
  scenario(conversation, 'takes one’s own')
    .given(...talk, added('👍'))
    .when(unreact('👍'))
    .thenEvents(removed('👍'));

  scenario(conversation, 'does not take another’s')
    .given(...talk, added('👍'))
    .when(unreact('👍', ada))
    .thenNothing();

  scenario(conversation, 'needs a number that exists')
    .given(groupStarted())
    .when(unreact('👍'))
    .thenRefused({ kind: 'no-such-message' });
});

describe('reactions that the state has forgotten', () => {
  const flood = Array.from({ length: rememberedReactionsMax }, (_, index) =>
    added('👍', person(index + 100)),
  );

  test('need facts although the message is remembered', () => {
    expect(needsFacts(react('👍'), fold(conversation, [...talk, ...flood.slice(0, 2000)]))).toBe(
      false,
    );
    expect(needsFacts(react('👍'), fold(conversation, [...talk, ...flood]))).toBe(true);
  });

  scenario(conversation, 'are what the look-up found')
    .given(...talk, ...forgotten)
    .when({ ...react('👍'), facts: found(ada, ['👍']) })
    .thenNothing();

  scenario(conversation, 'are corrected by what is remembered')
    .given(...talk, ...forgotten, removed('👍'))
    .when({ ...react('👍'), facts: found(ada, ['👍']) })
    .thenEvents(added('👍'));

  scenario(conversation, 'count for the limit')
    .given(...talk, ...forgotten)
    .when({ ...react('👍'), facts: found(ada, faces) })
    .thenRefused({ kind: 'too-many-reactions', max: reactionsOfPersonPerMessageMax });
});

describe('pinning', () => {
  scenario(conversation, 'is a member’s where members edit')
    .given(...talk)
    .when(pin(1))
    .thenEvents(pinned(1));

  scenario(conversation, 'is the admins’ where admins edit')
    .given(groupStarted([bob], { editing: 'admins' }), sent(1, ada))
    .when(pin(1))
    .thenRefused({ kind: 'not-allowed' });

  scenario(conversation, 'needs a message that is still there')
    .given(...talk, deleted)
    .when(pin(1))
    .thenRefused({ kind: 'message-deleted' });

  scenario(conversation, 'needs no look-up for what is pinned')
    .given(...talk, pinned(1), ...forgotten)
    .when(pin(1))
    .thenNothing();

  const full = Array.from({ length: pinsMax }, (_, index) => [
    sent(index + 2, ada),
    pinned(index + 2),
  ]);
  scenario(conversation, 'ends at fifty')
    .given(...talk, ...full.flat())
    .when(pin(1))
    .thenRefused({ kind: 'too-many-pins', max: pinsMax });

  scenario(conversation, 'has room again after unpinning')
    .given(...talk, ...full.flat(), unpinned(2))
    .when(pin(1))
    .thenEvents(pinned(1));

  scenario(conversation, 'is undone by unpinning')
    .given(...talk, pinned(1, ada))
    .when(unpin(1))
    .thenEvents(unpinned(1));

  scenario(conversation, 'is not undone by strangers')
    .given(...talk, pinned(1, ada))
    .when(unpin(1, cleo))
    .thenRefused({ kind: 'not-a-member' });

  scenario(conversation, 'unpinning needs a number that exists')
    .given(...talk)
    .when(unpin(2))
    .thenRefused({ kind: 'no-such-message' });
});
