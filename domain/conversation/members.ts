import type { Decision } from '../decider.ts';
import { accept, refuse } from '../decider.ts';
import type { UserId } from '../ids.ts';
import { forbids, isAbove, isOnlyOwner, needOf } from './access.ts';
import type {
  AddMembers,
  ConversationRefusal,
  JoinGroup,
  Leave,
  RemoveMember,
} from './commands.ts';
import type {
  MemberJoined,
  MemberLeft,
  MemberRemoved,
  MembersAdded,
  RoleChanged,
} from './events.ts';
import { groupMembersMax } from './limits.ts';
import { successor } from './roles.ts';
import type { BegunConversation } from './state.ts';

const tooManyMembers = { kind: 'too-many-members', max: groupMembersMax } as const;

/** Who is there already is passed over; with too many the whole request is refused. */
export function addMembers(
  command: AddMembers,
  state: BegunConversation,
): Decision<MembersAdded, ConversationRefusal> {
  const refusal = forbids(state, command.by, needOf(state.settings.adding));
  if (refusal) return refuse(refusal);
  if (state.kind === 'channel') return refuse({ kind: 'not-allowed' }); // they come themselves
  const users = [...new Set(command.users)].filter((user) => !state.members.has(user));
  if (users.length === 0) return accept();
  if (state.members.size + users.length > groupMembersMax) return refuse(tooManyMembers);
  const members = users.map((user) => ({ user, role: 'member' as const }));
  return accept({ type: 'members-added', by: command.by, members, ...arrival(state) });
}

/** Only those below oneself: owners remove admins, both remove members. Oneself: leaving. */
export function removeMember(
  command: RemoveMember,
  state: BegunConversation,
): Decision<MemberRemoved | MemberLeft | RoleChanged, ConversationRefusal> {
  const { by, user } = command;
  if (by === user) return leave(command, state);
  const refusal = forbids(state, by, 'admin');
  if (refusal) return refuse(refusal);
  if (!state.members.has(user)) return accept();
  if (!isAbove(state, by, user)) return refuse({ kind: 'not-allowed' });
  return accept({ type: 'member-removed', user, by, atNumber: state.lastNumber });
}

/** The last owner hands over to the longest-standing admin, else member; the last one just goes. */
export function leave(
  { by }: Pick<Leave, 'by'>,
  state: BegunConversation,
): Decision<MemberLeft | RoleChanged, ConversationRefusal> {
  if (!state.members.has(by)) return accept();
  const refusal = forbids(state, by, 'member');
  if (refusal) return refuse(refusal);
  if (state.kind === 'direct') return refuse({ kind: 'not-in-direct' });
  const left: MemberLeft = { type: 'member-left', user: by, atNumber: state.lastNumber };
  const heir = isOnlyOwner(state, by) ? successor(state, by) : null;
  return heir
    ? accept<MemberLeft | RoleChanged>(
        { type: 'role-changed', user: heir, role: 'owner', by },
        left,
      )
    : accept(left);
}

/** Who comes first into a group that everybody left becomes its owner. */
export function joinGroup(
  { by }: JoinGroup,
  state: BegunConversation,
): Decision<MemberJoined | RoleChanged, ConversationRefusal> {
  if (state.members.has(by)) return accept();
  const refusal = unfitForJoining(state);
  if (refusal) return refuse(refusal);
  const joined: MemberJoined = { type: 'member-joined', user: by, ...arrival(state) };
  return state.members.size === 0
    ? accept<MemberJoined | RoleChanged>(joined, {
        type: 'role-changed',
        user: by,
        role: 'owner',
        by,
      })
    : accept(joined);
}

/** The first number that somebody may see who is here, or comes now. */
export function seesFromOf(
  { settings, members, lastNumber }: BegunConversation,
  user: UserId,
): number {
  if (settings.history === 'everything') return 1;
  return (members.get(user)?.joinedAtNumber ?? lastNumber) + 1;
}

/** What who comes now may see of what was said before. */
function arrival({ settings, lastNumber }: BegunConversation): {
  readonly atNumber: number;
  readonly seesFrom: number;
} {
  return {
    atNumber: lastNumber,
    seesFrom: settings.history === 'everything' ? 1 : lastNumber + 1,
  };
}

function unfitForJoining(state: BegunConversation): ConversationRefusal | null {
  if (state.situation === 'closed') return { kind: 'conversation-closed' };
  if (state.kind === 'direct') return { kind: 'not-in-direct' };
  if (state.kind === 'channel') return { kind: 'not-allowed' }; // joining is the participation's
  if (state.settings.joining !== 'open') return { kind: 'invited-only' };
  return state.members.size >= groupMembersMax ? tooManyMembers : null;
}
