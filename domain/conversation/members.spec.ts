import { describe } from 'vitest';
import type { UserId } from '../ids.ts';
import {
  channelStarted,
  directStarted,
  groupStarted,
  send,
  sent,
} from '../testing/conversation.ts';
import { ada, bob, cleo, dan, eve, noonMs, person } from '../testing/people.ts';
import { scenario } from '../testing/scenario.ts';
import type { AddMembers, JoinGroup, Leave, RemoveMember, SetRole } from './commands.ts';
import { conversation } from './conversation.ts';
import type { MemberLeft, MembersAdded, Role, RoleChanged } from './events.ts';
import { groupMembersMax } from './limits.ts';

const atMs = noonMs;
const add = (by: UserId, ...users: readonly UserId[]): AddMembers => ({
  type: 'add-members',
  by,
  atMs,
  users,
});
const added = (by: UserId, ...users: readonly UserId[]): MembersAdded => ({
  type: 'members-added',
  by,
  atNumber: 0,
  seesFrom: 1,
  members: users.map((user) => ({ user, role: 'member' })),
});
const remove = (by: UserId, user: UserId): RemoveMember => ({
  type: 'remove-member',
  by,
  atMs,
  user,
});
const leave = (by: UserId): Leave => ({ type: 'leave', by, atMs });
const left = (user: UserId): MemberLeft => ({ type: 'member-left', user, atNumber: 0 });
const join = (by: UserId): JoinGroup => ({ type: 'join-group', by, atMs });
const setRole = (by: UserId, user: UserId, role: Role): SetRole => ({
  type: 'set-role',
  by,
  atMs,
  user,
  role,
});
const roleChanged = (by: UserId, user: UserId, role: Role): RoleChanged => ({
  type: 'role-changed',
  user,
  role,
  by,
});
const closed = { type: 'conversation-closed', by: ada } as const;
const people = (count: number) => Array.from({ length: count }, (_, index) => person(index + 100));

describe('adding members', () => {
  scenario(conversation, 'passes over who is there already')
    .given(groupStarted([bob]))
    .when(add(bob, ada, cleo, cleo, dan))
    .thenEvents(added(bob, cleo, dan));

  scenario(conversation, 'is the admins’ where the group says so')
    .given(groupStarted([bob], { adding: 'admins' }))
    .when(add(bob, cleo))
    .thenRefused({ kind: 'not-allowed' });

  scenario(conversation, 'is refused whole when one is too many')
    .given(groupStarted(people(groupMembersMax - 2)))
    .when(add(ada, cleo, dan))
    .thenRefused({ kind: 'too-many-members', max: groupMembersMax });

  scenario(conversation, 'fills the last place')
    .given(groupStarted(people(groupMembersMax - 2)))
    .when(add(ada, cleo))
    .thenEvents(added(ada, cleo));

  scenario(conversation, 'is not for strangers')
    .given(groupStarted())
    .when(add(eve, eve))
    .thenRefused({ kind: 'not-a-member' });

  scenario(conversation, 'never widens a pair')
    .given(directStarted())
    .when(add(ada, cleo))
    .thenRefused({ kind: 'not-in-direct' });

  scenario(conversation, 'is not how a channel gets subscribers')
    .given(channelStarted())
    .when(add(ada, bob))
    .thenRefused({ kind: 'not-allowed' });

  scenario(conversation, 'ends with the conversation')
    .given(groupStarted(), closed)
    .when(add(ada, cleo))
    .thenRefused({ kind: 'conversation-closed' });
});

describe('removing a member', () => {
  const withAdmin = [groupStarted([bob, cleo, dan]), roleChanged(ada, bob, 'admin')];

  scenario(conversation, 'an admin removes a member')
    .given(...withAdmin)
    .when(remove(bob, cleo))
    .thenEvents({ type: 'member-removed', user: cleo, by: bob, atNumber: 0 });

  scenario(conversation, 'an admin does not remove the owner')
    .given(...withAdmin)
    .when(remove(bob, ada))
    .thenRefused({ kind: 'not-allowed' });

  scenario(conversation, 'an owner removes an admin')
    .given(...withAdmin)
    .when(remove(ada, bob))
    .thenEvents({ type: 'member-removed', user: bob, by: ada, atNumber: 0 });

  scenario(conversation, 'an owner does not remove an owner')
    .given(...withAdmin, roleChanged(ada, dan, 'owner'))
    .when(remove(ada, dan))
    .thenRefused({ kind: 'not-allowed' });

  scenario(conversation, 'a member removes nobody')
    .given(...withAdmin)
    .when(remove(cleo, dan))
    .thenRefused({ kind: 'not-allowed' });

  scenario(conversation, 'who is not there is removed already')
    .given(...withAdmin)
    .when(remove(ada, eve))
    .thenNothing();

  scenario(conversation, 'removing oneself is leaving')
    .given(...withAdmin)
    .when(remove(cleo, cleo))
    .thenEvents(left(cleo));
});

describe('leaving', () => {
  scenario(conversation, 'is everybody’s right')
    .given(groupStarted([bob]))
    .when(leave(bob))
    .thenEvents(left(bob));

  scenario(conversation, 'was done already by who is not there')
    .given(groupStarted([bob]))
    .when(leave(eve))
    .thenNothing();

  scenario(conversation, 'the last owner hands over to the longest-standing admin')
    .given(
      groupStarted([bob, cleo, dan]),
      roleChanged(ada, dan, 'admin'),
      roleChanged(ada, cleo, 'admin'),
    )
    .when(leave(ada))
    .thenEvents(roleChanged(ada, cleo, 'owner'), left(ada));

  scenario(conversation, 'without admins the longest-standing member becomes owner')
    .given(groupStarted([bob, cleo]), left(bob), added(ada, bob))
    .when(leave(ada))
    .thenEvents(roleChanged(ada, cleo, 'owner'), left(ada));

  scenario(conversation, 'one of two owners just goes')
    .given(groupStarted([bob]), roleChanged(ada, bob, 'owner'))
    .when(leave(ada))
    .thenEvents(left(ada));

  scenario(conversation, 'the last person leaves an empty group')
    .given(groupStarted([]))
    .when(leave(ada))
    .thenEvents(left(ada));

  scenario(conversation, 'nobody leaves a pair')
    .given(directStarted())
    .when(leave(bob))
    .thenRefused({ kind: 'not-in-direct' });
});

describe('joining by oneself', () => {
  scenario(conversation, 'works where the group is open')
    .given(groupStarted([bob], { joining: 'open' }), sent(1, ada))
    .when(join(cleo))
    .thenEvents({ type: 'member-joined', user: cleo, atNumber: 1, seesFrom: 1 });

  scenario(conversation, 'makes the first one in an empty group its owner')
    .given(groupStarted([], { joining: 'open' }), left(ada))
    .when(join(cleo))
    .thenEvents(
      { type: 'member-joined', user: cleo, atNumber: 0, seesFrom: 1 },
      roleChanged(cleo, cleo, 'owner'),
    );

  scenario(conversation, 'needs an open group')
    .given(groupStarted())
    .when(join(cleo))
    .thenRefused({ kind: 'invited-only' });

  scenario(conversation, 'needs a free place')
    .given(groupStarted(people(groupMembersMax - 1), { joining: 'open' }))
    .when(join(cleo))
    .thenRefused({ kind: 'too-many-members', max: groupMembersMax });

  scenario(conversation, 'is not how one subscribes to a channel')
    .given(channelStarted())
    .when(join(cleo))
    .thenRefused({ kind: 'not-allowed' });

  scenario(conversation, 'does not open a pair')
    .given(directStarted())
    .when(join(cleo))
    .thenRefused({ kind: 'not-in-direct' });

  scenario(conversation, 'ends with the conversation')
    .given(groupStarted([bob], { joining: 'open' }), closed)
    .when(join(cleo))
    .thenRefused({ kind: 'conversation-closed' });
});

describe('roles', () => {
  scenario(conversation, 'are the owner’s to give')
    .given(groupStarted([bob]))
    .when(setRole(ada, bob, 'admin'))
    .thenEvents(roleChanged(ada, bob, 'admin'));

  scenario(conversation, 'are not an admin’s to give')
    .given(groupStarted([bob, cleo]), roleChanged(ada, bob, 'admin'))
    .when(setRole(bob, cleo, 'admin'))
    .thenRefused({ kind: 'not-allowed' });

  scenario(conversation, 'an owner always remains')
    .given(groupStarted([bob]))
    .when(setRole(ada, ada, 'member'))
    .thenRefused({ kind: 'last-owner' });

  scenario(conversation, 'one of two owners may step down, and may say so twice')
    .given(groupStarted([bob]), roleChanged(ada, bob, 'owner'))
    .when(setRole(ada, ada, 'member'))
    .thenEvents(roleChanged(ada, ada, 'member'));

  scenario(conversation, 'need a member')
    .given(groupStarted([bob]))
    .when(setRole(ada, eve, 'admin'))
    .thenRefused({ kind: 'no-such-member' });

  scenario(conversation, 'of a pair are fixed')
    .given(directStarted())
    .when(setRole(ada, bob, 'admin'))
    .thenRefused({ kind: 'not-in-direct' });

  scenario(conversation, 'in a channel appoint from its subscribers')
    .given(channelStarted())
    .when(setRole(ada, bob, 'admin'))
    .thenEvents(roleChanged(ada, bob, 'admin'));

  scenario(conversation, 'in a channel dismiss to its subscribers, also oneself')
    .given(channelStarted(), roleChanged(ada, bob, 'owner'))
    .when(setRole(bob, bob, 'member'))
    .thenEvents(roleChanged(bob, bob, 'member'));

  scenario(conversation, 'who is dismissed in a channel is in its list no more')
    .given(channelStarted(), roleChanged(ada, bob, 'admin'), roleChanged(ada, bob, 'member'))
    .when(send(1, bob))
    .thenRefused({ kind: 'not-a-member' });
});
