import { describe } from 'vitest';
import { channelStarted, directStarted, groupStarted, start } from '../testing/conversation.ts';
import { ada, bob, cleo, noonMs, person } from '../testing/people.ts';
import { scenario } from '../testing/scenario.ts';
import { conversation } from './conversation.ts';
import type { ConversationClosed } from './events.ts';
import {
  aboutCodePointsMax,
  editWindowMsMax,
  groupMembersMax,
  titleCodePointsMax,
} from './limits.ts';

const closed: ConversationClosed = { type: 'conversation-closed', by: ada };
const people = (count: number) => Array.from({ length: count }, (_, index) => person(index + 100));

describe('starting a direct conversation', () => {
  scenario(conversation, 'makes members of both')
    .given()
    .when(start('direct', ada, [bob]))
    .thenEvents(directStarted());

  scenario(conversation, 'happens once, also when the other of the pair asks')
    .given(directStarted())
    .when(start('direct', bob, [ada]))
    .thenNothing();

  scenario(conversation, 'needs somebody else')
    .given()
    .when(start('direct', ada, [ada]))
    .thenRefused({ kind: 'direct-with-oneself' });

  scenario(conversation, 'takes one other person only')
    .given()
    .when(start('direct', ada, [bob, cleo]))
    .thenRefused({ kind: 'too-many-members', max: 2 });

  scenario(conversation, 'has no title')
    .given()
    .when({ ...start('direct', ada, [bob]), title: 'Us' })
    .thenRefused({ kind: 'not-in-direct' });

  scenario(conversation, 'leaves no choice who may post')
    .given()
    .when({ ...start('direct', ada, [bob]), settings: { posting: 'admins' } })
    .thenRefused({ kind: 'setting-out-of-range', setting: 'posting' });
});

describe('starting a group', () => {
  scenario(conversation, 'makes the starter its owner and counts nobody twice')
    .given()
    .when(start('group', ada, [bob, bob, ada]))
    .thenEvents(groupStarted([bob]));

  scenario(conversation, 'keeps the settings that were chosen')
    .given()
    .when({ ...start('group', ada, [bob]), settings: { joining: 'open', editWindowMs: 0 } })
    .thenEvents(groupStarted([bob], { joining: 'open', editWindowMs: 0 }));

  scenario(conversation, 'takes a thousand with the starter')
    .given()
    .when(start('group', ada, people(groupMembersMax - 1)))
    .thenEvents(groupStarted(people(groupMembersMax - 1)));

  scenario(conversation, 'takes no more than a thousand')
    .given()
    .when(start('group', ada, people(groupMembersMax)))
    .thenRefused({ kind: 'too-many-members', max: groupMembersMax });

  scenario(conversation, 'is refused to somebody else under the same id')
    .given(groupStarted([bob]))
    .when(start('group', bob, [ada]))
    .thenRefused({ kind: 'already-started' });

  scenario(conversation, 'is refused where a channel started under the same id')
    .given(channelStarted())
    .when(start('group', ada, [bob]))
    .thenRefused({ kind: 'already-started' });

  scenario(conversation, 'needs a title that can be seen')
    .given()
    .when({ ...start('group', ada), title: ' \u200b\t' })
    .thenRefused({ kind: 'title-empty' });

  scenario(conversation, 'needs a title of one line')
    .given()
    .when({ ...start('group', ada), title: 'x'.repeat(titleCodePointsMax + 1) })
    .thenRefused({ kind: 'title-too-long', maxCodePoints: titleCodePointsMax });

  scenario(conversation, 'counts code points of a title, not UTF-16 units')
    .given()
    .when({ ...start('group', ada, [bob]), title: '🐝'.repeat(titleCodePointsMax) })
    .thenEvents({ ...groupStarted([bob]), title: '🐝'.repeat(titleCodePointsMax) });

  scenario(conversation, 'needs an about of a paragraph')
    .given()
    .when({ ...start('group', ada), about: 'x'.repeat(aboutCodePointsMax + 1) })
    .thenRefused({ kind: 'about-too-long', maxCodePoints: aboutCodePointsMax });

  scenario(conversation, 'refuses a title that could not be stored as written')
    .given()
    .when({ ...start('group', ada), title: 'half \ud83d' })
    .thenRefused({ kind: 'text-malformed' });

  scenario(conversation, 'needs an edit window within its range')
    .given()
    .when({ ...start('group', ada), settings: { editWindowMs: editWindowMsMax + 1 } })
    .thenRefused({ kind: 'setting-out-of-range', setting: 'editWindowMs' });
});

describe('starting a channel', () => {
  scenario(conversation, 'begins with its owner alone')
    .given()
    .when(start('channel', ada))
    .thenEvents(channelStarted());

  scenario(conversation, 'takes no subscribers along: they come themselves')
    .given()
    .when(start('channel', ada, [bob]))
    .thenRefused({ kind: 'too-many-members', max: 1 });

  scenario(conversation, 'keeps posting for its admins')
    .given()
    .when({ ...start('channel', ada), settings: { posting: 'members' } })
    .thenRefused({ kind: 'setting-out-of-range', setting: 'posting' });
});

describe('closing', () => {
  const close = { type: 'close-conversation', by: ada, atMs: noonMs } as const;

  scenario(conversation, 'is the owner’s').given(groupStarted()).when(close).thenEvents(closed);

  scenario(conversation, 'is not a member’s')
    .given(groupStarted())
    .when({ ...close, by: bob })
    .thenRefused({ kind: 'not-allowed' });

  scenario(conversation, 'is nobody’s in a direct conversation')
    .given(directStarted())
    .when(close)
    .thenRefused({ kind: 'not-in-direct' });

  scenario(conversation, 'needs a conversation')
    .given()
    .when(close)
    .thenRefused({ kind: 'no-such-conversation' });

  scenario(conversation, 'still answers a repeated start with the first outcome')
    .given(groupStarted(), closed)
    .when(start('group', ada, [bob]))
    .thenNothing();
});
