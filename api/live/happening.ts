import type { ConversationId, UserId } from '../../domain/ids.ts';
import type { ParleyEvent } from '../../domain/recorded.ts';
import type { ConversationEventView } from '../../projections/timeline/view.ts';

/** A stored event as a frame shows it: what happened to what, without what it says. */
export type Happening = {
  readonly typeName: string; // of the SDL
  readonly position: bigint;
  readonly revision: number;
  readonly atMs: number;
  readonly conversationId: ConversationId | null;
  readonly number: number | null; // of the message it is about
  readonly joined: readonly UserId[];
  readonly left: readonly UserId[];
  readonly person: UserId | null; // whose profile, marks or settings
};

const typeNames: Readonly<Record<string, string>> = {
  'message-sent': 'MessageSent',
  'message-edited': 'MessageEdited',
  'message-deleted': 'MessageDeleted',
  'reaction-added': 'ReactionsChanged',
  'reaction-removed': 'ReactionsChanged',
  'conversation-started': 'ConversationChanged',
  'details-changed': 'ConversationChanged',
  'settings-changed': 'ConversationChanged',
  'conversation-closed': 'ConversationChanged',
  'message-pinned': 'ConversationChanged',
  'message-unpinned': 'ConversationChanged',
  'members-added': 'MembersChanged',
  'member-joined': 'MembersChanged',
  'role-changed': 'MembersChanged',
  'member-removed': 'MembersChanged',
  'member-left': 'MembersChanged',
  'channel-joined': 'MembersChanged',
  'channel-left': 'MembersChanged',
  'marks-moved': 'MarksMoved',
  'profile-changed': 'ProfileChanged',
};
const leaving: ReadonlySet<string> = new Set(['member-removed', 'member-left', 'channel-left']);

/** Null for types that no frame shows. */
export function happeningOf(recorded: ParleyEvent): Happening | null {
  const { event, position, revision, recordedAtMs: atMs } = recorded;
  const typeName = typeNames[event.type] ?? null;
  const base = { position, revision, atMs, number: null, joined: [], left: [], person: null };
  if (recorded.category === 'account') {
    if (typeName === null) return null;
    return { ...base, typeName, conversationId: null, person: recorded.userId };
  }
  const { conversationId } = recorded;
  if (recorded.category === 'participation') {
    const { userId } = recorded;
    const gone = leaving.has(event.type) ? { left: [userId] } : { joined: [userId] };
    if (typeName === 'MembersChanged') return { ...base, typeName, conversationId, ...gone };
    const shown = typeName ?? 'ParticipationChanged';
    return { ...base, typeName: shown, conversationId, person: userId };
  }
  if (typeName === null) return null;
  const number = 'number' in recorded.event ? recorded.event.number : null;
  return { ...base, typeName, conversationId, number, ...membersOf(recorded.event) };
}

/** The same from the timeline's feed, for catching up. */
export function missedHappening(view: ConversationEventView): Happening | null {
  const typeName = typeNames[view.type] ?? null;
  if (typeName === null) return null;
  const members = typeName === 'MembersChanged' ? view.users : [];
  return {
    typeName,
    position: view.position,
    revision: view.revision,
    atMs: view.atMs,
    conversationId: view.conversationId,
    number: view.number,
    joined: leaving.has(view.type) ? [] : members,
    left: leaving.has(view.type) ? members : [],
    person: null,
  };
}

function membersOf(event: Extract<ParleyEvent, { category: 'conversation' }>['event']): {
  readonly joined: readonly UserId[];
  readonly left: readonly UserId[];
} {
  switch (event.type) {
    case 'members-added':
      return { joined: event.members.map(({ user }) => user), left: [] };
    case 'member-joined':
    case 'role-changed':
      return { joined: [event.user], left: [] };
    case 'member-removed':
    case 'member-left':
      return { joined: [], left: [event.user] };
    default:
      return { joined: [], left: [] };
  }
}
