import type { Decision } from '../decider.ts';
import { accept, refuse } from '../decider.ts';
import type { UserId } from '../ids.ts';
import { forbids, isOnlyOwner } from './access.ts';
import type { ConversationRefusal, SetRole } from './commands.ts';
import type { Role, RoleChanged } from './events.ts';
import { groupMembersMax } from './limits.ts';
import type { BegunConversation } from './state.ts';

/** The owners' right. In a channel it also appoints from, and dismisses to, the subscribers. */
export function setRole(
  command: SetRole,
  state: BegunConversation,
): Decision<RoleChanged, ConversationRefusal> {
  const { by, user, role } = command;
  const current = roleOf(state, user);
  if (by === user && current === role) return accept(); // gave the right up: a repeat would lack it
  const refusal = forbids(state, by, 'owner');
  if (refusal) return refuse(refusal);
  if (current === undefined) return refuse({ kind: 'no-such-member' });
  if (current === role) return accept();
  if (isOnlyOwner(state, user)) return refuse({ kind: 'last-owner' });
  if (!state.members.has(user) && state.members.size >= groupMembersMax) {
    return refuse({ kind: 'too-many-members', max: groupMembersMax });
  }
  return accept({ type: 'role-changed', user, role, by });
}

/** Who becomes owner when this one goes: the longest-standing admin, else member; null: nobody. */
export function successor(state: BegunConversation, leaving: UserId): UserId | null {
  let heir: UserId | null = null;
  for (const [user, { role }] of state.members) {
    if (user === leaving) continue;
    if (role === 'admin') return user;
    heir ??= user;
  }
  return heir;
}

function roleOf(state: BegunConversation, user: UserId): Role | undefined {
  return state.members.get(user)?.role ?? (state.kind === 'channel' ? 'member' : undefined);
}
