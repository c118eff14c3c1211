import type { UserId } from '../ids.ts';
import type { Amendment, Amendments } from './amendments.ts';
import { noAmendments, noteAmendment } from './amendments.ts';
import type {
  ConversationEvent,
  ConversationKind,
  ConversationSettings,
  ConversationStarted,
  MemberRole,
  MessageSent,
  Role,
} from './events.ts';
import type { MessageMemory } from './memory.ts';
import { amend, byNumber, emptyMemory, remember } from './memory.ts';
import type { ReactionMemory } from './reaction-memory.ts';
import { noReactions, noteReaction } from './reaction-memory.ts';

export type Member = {
  readonly role: Role;
  readonly joinedAtNumber: number; // the last number when she came
};

/**
 * Bounded however long the conversation gets, and free of personal text: it is what snapshots hold.
 * Used linearly: evolve hands the same containers on, so after it the state it was given is spent.
 * Whoever needs to go back takes a `copy` before, or loads again.
 */
export type ConversationState =
  | { readonly situation: 'none'; readonly revision: number }
  | BegunConversation;

export type BegunConversation = {
  readonly situation: 'open' | 'closed';
  readonly revision: number; // of the last event folded; −1 before the first
  readonly kind: ConversationKind;
  readonly startedBy: UserId;
  readonly settings: ConversationSettings;
  readonly detailsTag: string | undefined; // of the last change of title or about
  readonly lastNumber: number;
  readonly members: Map<UserId, Member>; // by standing; of a channel only owners and admins
  readonly pins: Set<number>;
  readonly messages: MessageMemory;
  readonly amendments: Amendments;
  readonly reactions: ReactionMemory;
};

export function initialState(): ConversationState {
  return { situation: 'none', revision: -1 };
}

/** Constant time in everything but the size of the event. */
export function evolve(state: ConversationState, event: ConversationEvent): ConversationState {
  const revision = state.revision + 1;
  if (state.situation !== 'none') return { ...state, ...changed(state, event), revision };
  return event.type === 'conversation-started' ? started(event, revision) : { ...state, revision };
}

function started(event: ConversationStarted, revision: number): BegunConversation {
  return {
    situation: 'open',
    revision,
    kind: event.kind,
    startedBy: event.by,
    settings: event.settings,
    detailsTag: undefined,
    lastNumber: 0,
    members: new Map(event.members.map(({ user, role }) => [user, { role, joinedAtNumber: 0 }])),
    pins: new Set(),
    messages: emptyMemory(),
    amendments: noAmendments(),
    reactions: noReactions(),
  };
}

/** Writes to the containers and gives the plain fields that changed. */
function changed(
  state: BegunConversation,
  event: ConversationEvent,
): Partial<BegunConversation> | undefined {
  switch (event.type) {
    case 'details-changed':
      return { detailsTag: event.detailsTag };
    case 'settings-changed':
      return { settings: event.settings };
    case 'conversation-closed':
      return { situation: 'closed' };
    case 'message-sent':
      return sent(state, event);
    case 'message-edited':
      return void amended(state, event.number, { contentTag: event.contentTag });
    case 'message-deleted':
      return void amended(state, event.number, { deleted: true });
    case 'reaction-added':
    case 'reaction-removed':
      return void noteReaction(state.reactions, {
        number: event.number,
        user: event.by,
        emoji: event.emoji,
        there: event.type === 'reaction-added',
      });
    case 'message-pinned':
      return void state.pins.add(event.number);
    case 'message-unpinned':
      return void state.pins.delete(event.number);
    default:
      return void changedMembers(state, event);
  }
}

function sent(state: BegunConversation, event: MessageSent): Partial<BegunConversation> {
  remember(state.messages, {
    number: event.number,
    author: event.author,
    clientId: event.clientId,
    contentTag: event.contentTag,
    sentContentTag: event.contentTag,
    sentAtMs: event.atMs,
    deleted: false,
    revision: state.revision + 1,
  });
  return { lastNumber: Math.max(state.lastNumber, event.number) };
}

function amended(state: BegunConversation, number: number, change: Amendment): void {
  if (byNumber(state.messages, number)) amend(state.messages, number, change);
  else noteAmendment(state.amendments, number, change);
}

function changedMembers(state: BegunConversation, event: ConversationEvent): void {
  switch (event.type) {
    case 'members-added':
      for (const member of event.members) came(state, member);
      return;
    case 'member-joined':
      came(state, { user: event.user, role: 'member' });
      return;
    case 'member-left':
    case 'member-removed':
      state.members.delete(event.user);
      return;
    case 'role-changed':
      roleChanged(state, event);
      return;
    default:
      return; // a second start, or an event of a newer build: history always loads
  }
}

function came(state: BegunConversation, { user, role }: MemberRole): void {
  const joinedAtNumber = state.members.get(user)?.joinedAtNumber ?? state.lastNumber;
  state.members.set(user, { role, joinedAtNumber });
}

/** Keeps the place in the order of standing; a channel's plain subscribers are not in the list. */
function roleChanged(state: BegunConversation, { user, role }: MemberRole): void {
  if (state.kind === 'channel' && role === 'member') state.members.delete(user);
  else came(state, { user, role });
}
