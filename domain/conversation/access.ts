import type { UserId } from '../ids.ts';
import type { ConversationRefusal } from './commands.ts';
import type { Role } from './events.ts';
import type { BegunConversation } from './state.ts';

/** What somebody must be at least. */
export type Need = Role;

const ranks: Readonly<Record<Role, number>> = { member: 0, admin: 1, owner: 2 };

/** Why this person may not change anything here that takes this role; null: she may. */
export function forbids(
  state: BegunConversation,
  by: UserId,
  need: Need,
): ConversationRefusal | null {
  if (state.situation === 'closed') return { kind: 'conversation-closed' };
  const member = state.members.get(by);
  if (!member) return { kind: 'not-a-member' };
  if (state.kind === 'direct' && need !== 'member') return { kind: 'not-in-direct' };
  return ranks[member.role] < ranks[need] ? { kind: 'not-allowed' } : null;
}

/** The role that a setting such as `posting` asks for. */
export function needOf(setting: 'members' | 'admins'): Need {
  return setting === 'members' ? 'member' : 'admin';
}

export function isAdmin(state: BegunConversation, user: UserId): boolean {
  const member = state.members.get(user);
  return member !== undefined && member.role !== 'member';
}

export function isAbove(state: BegunConversation, user: UserId, other: UserId): boolean {
  const [one, two] = [state.members.get(user), state.members.get(other)];
  return one !== undefined && two !== undefined && ranks[one.role] > ranks[two.role];
}

export function isOnlyOwner(state: BegunConversation, user: UserId): boolean {
  if (state.members.get(user)?.role !== 'owner') return false;
  for (const [other, member] of state.members) {
    if (other !== user && member.role === 'owner') return false;
  }
  return true;
}
