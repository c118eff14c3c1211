import { describe } from 'vitest';
import { channelStarted, directStarted, groupStarted } from '../testing/conversation.ts';
import { ada, bob, eve, noonMs } from '../testing/people.ts';
import { scenario } from '../testing/scenario.ts';
import type { UpdateConversation } from './commands.ts';
import { conversation } from './conversation.ts';
import type { DetailsChanged, RoleChanged } from './events.ts';
import { settingsDefaults, titleCodePointsMax } from './limits.ts';

const update = (change: Partial<UpdateConversation>): UpdateConversation => ({
  type: 'update-conversation',
  by: ada,
  atMs: noonMs,
  ...change,
});
const renamed: DetailsChanged = {
  type: 'details-changed',
  by: ada,
  title: 'Quay',
  detailsTag: 'tag of Quay',
};
const group = settingsDefaults.group;

describe('changing a conversation', () => {
  scenario(conversation, 'holds only what changed')
    .given(groupStarted())
    .when(update({ title: 'Quay', detailsTag: 'tag of Quay' }))
    .thenEvents(renamed);

  scenario(conversation, 'may take the about away')
    .given(groupStarted())
    .when(update({ about: '', detailsTag: 'tag of nothing' }))
    .thenEvents({ type: 'details-changed', by: ada, about: '', detailsTag: 'tag of nothing' });

  scenario(conversation, 'knows a repeat by its tag, for the state holds no title')
    .given(groupStarted(), renamed)
    .when(update({ title: 'Quay', detailsTag: 'tag of Quay' }))
    .thenNothing();

  scenario(conversation, 'is a member’s where the group says so')
    .given(groupStarted())
    .when(update({ by: bob, title: 'Quay', detailsTag: 'tag of Quay' }))
    .thenEvents({ ...renamed, by: bob });

  scenario(conversation, 'is the admins’ where the group says so')
    .given(groupStarted([bob], { editing: 'admins' }))
    .when(update({ by: bob, title: 'Quay' }))
    .thenRefused({ kind: 'not-allowed' });

  scenario(conversation, 'is not a stranger’s')
    .given(groupStarted())
    .when(update({ by: eve, title: 'Quay' }))
    .thenRefused({ kind: 'not-a-member' });

  scenario(conversation, 'gives a pair no title')
    .given(directStarted())
    .when(update({ title: 'Us' }))
    .thenRefused({ kind: 'not-in-direct' });

  scenario(conversation, 'leaves no conversation without a title')
    .given(groupStarted())
    .when(update({ title: '  ' }))
    .thenRefused({ kind: 'title-empty' });

  scenario(conversation, 'keeps titles short')
    .given(groupStarted())
    .when(update({ title: '🐝'.repeat(titleCodePointsMax + 1) }))
    .thenRefused({ kind: 'title-too-long', maxCodePoints: titleCodePointsMax });
});

describe('changing settings', () => {
  const asAdmin: RoleChanged = { type: 'role-changed', user: bob, role: 'admin', by: ada };

  scenario(conversation, 'is an admin’s, and stores all settings as they are then')
    .given(groupStarted(), asAdmin)
    .when(update({ by: bob, settings: { posting: 'admins' } }))
    .thenEvents({ type: 'settings-changed', by: bob, settings: { ...group, posting: 'admins' } });

  scenario(conversation, 'is not a member’s, whoever may change the title')
    .given(groupStarted())
    .when(update({ by: bob, title: 'Quay', settings: { posting: 'admins' } }))
    .thenRefused({ kind: 'not-allowed' });

  scenario(conversation, 'to what they are is nothing')
    .given(groupStarted())
    .when(update({ settings: { posting: 'members', editWindowMs: group.editWindowMs } }))
    .thenNothing();

  scenario(conversation, 'together with the title gives both or neither')
    .given(groupStarted())
    .when(update({ title: 'Quay', settings: { editWindowMs: -1 } }))
    .thenRefused({ kind: 'setting-out-of-range', setting: 'editWindowMs' });

  scenario(conversation, 'takes whole milliseconds only')
    .given(groupStarted())
    .when(update({ settings: { editWindowMs: 0.5 } }))
    .thenRefused({ kind: 'setting-out-of-range', setting: 'editWindowMs' });

  scenario(conversation, 'does not open a channel’s posting')
    .given(channelStarted())
    .when(update({ settings: { posting: 'members' } }))
    .thenRefused({ kind: 'setting-out-of-range', setting: 'posting' });
});
