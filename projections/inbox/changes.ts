import type { ConversationEvent, ConversationKind } from '../../domain/conversation/events.ts';
import type { ConversationId, UserId } from '../../domain/ids.ts';
import type { ParticipationEvent } from '../../domain/participation/events.ts';
import type { ParleyEvent } from '../../domain/recorded.ts';
import type { Change, Row } from '../change.ts';

/**
 * A message touches the conversation's head and its sender's row; in a direct one the other's too.
 */
export function changes(recorded: ParleyEvent): readonly Change[] {
  if (recorded.category === 'conversation') {
    return ofConversation(recorded.event, recorded.conversationId, recorded.position);
  }
  if (recorded.category === 'participation') {
    const { conversationId, userId, event } = recorded;
    const set = columnsOf(event);
    return set ? [participation(conversationId, userId, set)] : [];
  }
  return [];
}

function ofConversation(
  event: ConversationEvent,
  conversationId: ConversationId,
  position: bigint,
): readonly Change[] {
  const row = (user: UserId, set: Row) => participation(conversationId, user, set);
  const head = (set: Row): Change => ({
    ...{ op: 'upsert', table: 'head', key: { conversation_id: conversationId }, set },
  });
  switch (event.type) {
    case 'conversation-started': {
      const direct = event.kind === 'direct' ? { direct_activity: position } : {};
      return [
        head({ kind: event.kind, last_activity: position }),
        ...event.members.map(({ user, role }) => row(user, { role, ...listing(event), ...direct })),
      ];
    }
    case 'members-added':
      return event.members.map(({ user, role }) =>
        row(user, { role, listed: true, ...arrival(event) }),
      );
    case 'member-joined':
      return [row(event.user, { role: 'member', listed: true, ...arrival(event) })];
    case 'member-removed':
    case 'member-left':
      return [row(event.user, { listed: false, role: 'member', sees_up_to: event.atNumber })];
    case 'role-changed':
      return [row(event.user, { role: event.role })];
    case 'message-sent': {
      const { author, peer, number } = event;
      const direct = peer === undefined ? {} : { direct_activity: position };
      return [
        head({ last_number: number, last_activity: position }),
        row(author, { own_last_number: number, ...direct }),
        ...(peer === undefined ? [] : [row(peer, direct)]),
      ];
    }
    case 'message-deleted': {
      const key = { conversation_id: conversationId, number: event.number };
      return [{ op: 'upsert', table: 'deleted_message', key, set: {} }];
    }
    default:
      return [];
  }
}

function columnsOf(event: ParticipationEvent): Row | null {
  switch (event.type) {
    case 'marks-moved':
      return { delivered_up_to: event.deliveredUpTo, read_up_to: event.readUpTo };
    case 'marked-unread':
      return { marked_unread: true };
    case 'unread-mark-cleared':
      return { marked_unread: false };
    case 'muted':
      return { muted_until: event.untilMs === undefined ? 'infinity' : new Date(event.untilMs) };
    case 'unmuted':
      return { muted_until: null };
    case 'archived':
      return { archived: true };
    case 'unarchived':
      return { archived: false };
    case 'conversation-pinned':
      return { pinned: true };
    case 'conversation-unpinned':
      return { pinned: false };
    case 'history-cleared':
      return { cleared_up_to: event.upTo };
    case 'channel-joined':
      return { subscribed: true, ...arrival(event) };
    case 'channel-left':
      return { subscribed: false, sees_up_to: event.atNumber };
    case 'message-hidden':
      return null;
  }
}

function participation(conversationId: ConversationId, userId: UserId, set: Row): Change {
  const key = { user_id: userId, conversation_id: conversationId };
  return { op: 'upsert', table: 'participation', key, set };
}

function arrival(came: { readonly atNumber: number; readonly seesFrom: number }): Row {
  const { atNumber: joined_at_number, seesFrom: sees_from } = came;
  return { joined_at_number, sees_from, sees_up_to: null };
}

/** A channel lists nobody: its owner is in it by her role, everybody else by subscribing. */
function listing({ kind }: { readonly kind: ConversationKind }): Row {
  return kind === 'channel' ? {} : { listed: true };
}
