import { describe, expect, test } from 'vitest';
import { channelStarted, groupStarted, send, sent } from '../testing/conversation.ts';
import { ada, bob, clientIdAt, dayMs, eve, noonMs, secondMs } from '../testing/people.ts';
import { fold, scenario } from '../testing/scenario.ts';
import { conversation } from './conversation.ts';
import type { ConversationEvent, MessageSent } from './events.ts';
import {
  clientIdAgeMsMax,
  clientIdAheadMsMax,
  rememberedMessagesMax,
  textCodePointsMax,
} from './limits.ts';
import { needsEarlier } from './lookups.ts';

const closed = { type: 'conversation-closed', by: ada } as const;
const left = { type: 'member-left', user: bob, atNumber: 1 } as const;

describe('sending a message', () => {
  scenario(conversation, 'gives it the next number')
    .given(groupStarted(), sent(1, ada))
    .when(send(2, bob))
    .thenEvents(sent(2, bob));

  scenario(conversation, 'stores the text as it was sent, spaces and all')
    .given(groupStarted())
    .when(send(1, bob, '  so  '))
    .thenEvents(sent(1, bob, '  so  '));

  scenario(conversation, 'needs a conversation')
    .given()
    .when(send(1, ada))
    .thenRefused({ kind: 'no-such-conversation' });

  scenario(conversation, 'needs a member')
    .given(groupStarted())
    .when(send(1, eve))
    .thenRefused({ kind: 'not-a-member' });

  scenario(conversation, 'a closed conversation takes no more messages')
    .given(groupStarted(), closed)
    .when(send(1, ada, 'hello?'))
    .thenRefused({ kind: 'conversation-closed' });

  scenario(conversation, 'is the admins’ where the group says so')
    .given(groupStarted([bob], { posting: 'admins' }))
    .when(send(1, bob))
    .thenRefused({ kind: 'not-allowed' });

  scenario(conversation, 'in a channel is its admins’')
    .given(channelStarted())
    .when(send(1, ada))
    .thenEvents(sent(1, ada));

  scenario(conversation, 'in a channel is not a subscriber’s')
    .given(channelStarted())
    .when(send(1, bob))
    .thenRefused({ kind: 'not-a-member' });
});

describe('the text of a message', () => {
  scenario(conversation, 'shows something')
    .given(groupStarted())
    .when(send(1, ada, ' \n\u200b\u2060'))
    .thenRefused({ kind: 'text-empty' });

  scenario(conversation, 'may be blank in an archive, whose numbers it carries')
    .given(groupStarted())
    .when({ ...send(1, ada, ''), source: 'import' })
    .thenEvents(sent(1, ada, ''));

  scenario(conversation, 'is measured in code points')
    .given(groupStarted())
    .when(send(1, ada, '🐝'.repeat(textCodePointsMax)))
    .thenEvents(sent(1, ada, '🐝'.repeat(textCodePointsMax)));

  scenario(conversation, 'is not longer than its limit')
    .given(groupStarted())
    .when(send(1, ada, '🐝'.repeat(textCodePointsMax - 1).concat('ab')))
    .thenRefused({ kind: 'text-too-long', maxCodePoints: textCodePointsMax });

  scenario(conversation, 'can be stored as sent')
    .given(groupStarted())
    .when(send(1, ada, 'half a bee \ud83d'))
    .thenRefused({ kind: 'text-malformed' });
});

describe('a reply', () => {
  scenario(conversation, 'refers to a number that exists')
    .given(groupStarted(), sent(1, ada))
    .when({ ...send(2, bob), replyTo: 1 })
    .thenEvents({ ...sent(2, bob), replyTo: 1 });

  for (const replyTo of [2, 0, -1, 0.5, Number.NaN]) {
    scenario(conversation, `does not refer to ${replyTo} when one message was sent`)
      .given(groupStarted(), sent(1, ada))
      .when({ ...send(2, bob), replyTo })
      .thenRefused({ kind: 'no-such-message' });
  }
});

describe('a repeated send', () => {
  scenario(conversation, 'gets the first outcome')
    .given(groupStarted(), sent(1, bob), sent(2, ada))
    .when(send(1, bob))
    .thenNothing();

  scenario(conversation, 'gets it also when its author has left and the group is closed')
    .given(groupStarted(), sent(1, bob), left, closed)
    .when(send(1, bob))
    .thenNothing();

  scenario(conversation, 'gets it also when the message was edited and deleted since')
    .given(
      groupStarted(),
      sent(1, bob),
      { type: 'message-edited', number: 1, by: bob, contentTag: 'tag of other', text: 'other' },
      { type: 'message-deleted', number: 1, by: bob },
    )
    .when(send(1, bob))
    .thenNothing();

  scenario(conversation, 'gets it also weeks later while it is remembered')
    .given(groupStarted(), sent(1, bob))
    .when({ ...send(1, bob), atMs: noonMs + 60 * dayMs })
    .thenNothing();

  scenario(conversation, 'with another text is refused')
    .given(groupStarted(), sent(1, bob))
    .when({ ...send(1, bob, 'something else') })
    .thenRefused({ kind: 'client-id-reused' });

  scenario(conversation, 'of somebody else under the same id is a message of its own')
    .given(groupStarted(), sent(1, bob))
    .when({ ...send(2, ada), clientId: sent(1, bob).clientId })
    .thenEvents({ ...sent(2, ada), clientId: sent(1, bob).clientId });
});

describe('the time in a client id', () => {
  const at = (idTimeMs: number) => ({ ...send(1, ada), clientId: clientIdAt(idTimeMs) });
  const now = send(1, ada).atMs;

  scenario(conversation, 'may be a week old')
    .given(groupStarted())
    .when(at(now - clientIdAgeMsMax))
    .thenEvents({ ...sent(1, ada), clientId: clientIdAt(now - clientIdAgeMsMax) });

  scenario(conversation, 'may not be older, for its repeats would not be known')
    .given(groupStarted())
    .when(at(now - clientIdAgeMsMax - 1))
    .thenRefused({ kind: 'client-id-too-old', maxAgeMs: clientIdAgeMsMax });

  scenario(conversation, 'may be some minutes ahead')
    .given(groupStarted())
    .when(at(now + clientIdAheadMsMax))
    .thenEvents({ ...sent(1, ada), clientId: clientIdAt(now + clientIdAheadMsMax) });

  scenario(conversation, 'may not be further ahead')
    .given(groupStarted())
    .when(at(now + clientIdAheadMsMax + 1))
    .thenRefused({ kind: 'client-id-ahead-of-time', maxAheadMs: clientIdAheadMsMax });

  scenario(conversation, 'is an import’s own affair')
    .given(groupStarted())
    .when({ ...at(Date.UTC(2004, 0)), source: 'import' })
    .thenEvents({ ...sent(1, ada), clientId: clientIdAt(Date.UTC(2004, 0)) });
});

describe('a repeat of a message that the state has forgotten', () => {
  const others: readonly MessageSent[] = Array.from({ length: rememberedMessagesMax }, (_, index) =>
    sent(index + 2, ada),
  );
  const history: readonly ConversationEvent[] = [groupStarted(), sent(1, bob), ...others];
  const nextNumber = rememberedMessagesMax + 2;

  test('needs a look-up, which newer ids do not', () => {
    const state = fold(conversation, history);
    expect(needsEarlier(send(1, bob), state)).toBe(true);
    expect(needsEarlier({ ...send(1, bob), earlier: null }, state)).toBe(false);
    expect(needsEarlier({ ...send(1, bob), source: 'import' }, state)).toBe(false);
    expect(needsEarlier(send(2, ada), state)).toBe(false);
    expect(needsEarlier(send(nextNumber, bob), state)).toBe(false);
    expect(needsEarlier(send(1, bob), fold(conversation, history.slice(0, -1)))).toBe(false);
  });

  test('is a bug of the caller without one', () => {
    const state = fold(conversation, history);
    expect(() => conversation.decide(send(1, bob), state)).toThrow('needsEarlier');
  });

  const earlier = { number: 1, contentTag: sent(1, bob).contentTag };

  scenario(conversation, 'gets the first outcome when the look-up found it')
    .given(...history, left)
    .when({ ...send(1, bob), earlier })
    .thenNothing();

  scenario(conversation, 'with another text is refused when the look-up found the first')
    .given(...history)
    .when({ ...send(1, bob, 'something else'), earlier })
    .thenRefused({ kind: 'client-id-reused' });

  const late = {
    ...send(nextNumber, bob),
    clientId: clientIdAt(noonMs + secondMs, 77),
    earlier: null,
  };
  scenario(conversation, 'is a new message when the look-up found nothing')
    .given(...history)
    .when(late)
    .thenEvents({ ...sent(nextNumber, bob), clientId: late.clientId });

  scenario(conversation, 'is too old after a week when the look-up found nothing')
    .given(...history)
    .when({ ...late, atMs: noonMs + 8 * dayMs })
    .thenRefused({ kind: 'client-id-too-old', maxAgeMs: clientIdAgeMsMax });
});
