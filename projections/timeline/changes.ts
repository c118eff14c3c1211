import type { ConversationEvent } from '../../domain/conversation/events.ts';
import type { UserId } from '../../domain/ids.ts';
import type { ParleyEvent } from '../../domain/recorded.ts';
import type { Change, Row } from '../change.ts';

type OfConversation = Extract<ParleyEvent, { readonly category: 'conversation' }>;

/** Each event of a conversation becomes a line of its feed, and what it says of a message. */
export function changes(recorded: ParleyEvent): readonly Change[] {
  if (recorded.category === 'conversation') return [feed(recorded), ...ofMessage(recorded)];
  if (recorded.category !== 'participation' || recorded.event.type !== 'message-hidden') return [];
  const { userId: user_id, conversationId: conversation_id, event } = recorded;
  const key = { user_id, conversation_id, number: event.number };
  return [{ op: 'upsert', table: 'hidden', key, set: {} }];
}

function feed({ conversationId, revision, recordedAtMs, event }: OfConversation): Change {
  return {
    op: 'upsert',
    table: 'event',
    key: { conversation_id: conversationId, revision },
    set: {
      type: event.type,
      number: 'number' in event ? event.number : null,
      users: usersOf(event),
      at: new Date(recordedAtMs),
    },
  };
}

function usersOf(event: ConversationEvent): readonly UserId[] {
  switch (event.type) {
    case 'conversation-started':
    case 'members-added':
      return event.members.map(({ user }) => user);
    case 'member-joined':
    case 'member-removed':
    case 'member-left':
    case 'role-changed':
      return [event.user];
    default:
      return [];
  }
}

function ofMessage(recorded: OfConversation): readonly Change[] {
  const { conversationId: conversation_id, event, recordedAtMs, revision } = recorded;
  if (!('number' in event)) return [];
  const key = { conversation_id, number: event.number };
  const update = (set: Row): Change => ({ op: 'update', table: 'message', key, set });
  switch (event.type) {
    case 'message-sent':
      return [{ op: 'upsert', table: 'message', key, set: sent(recorded, event) }];
    case 'message-edited': {
      const at = new Date(recordedAtMs);
      const { text, contentTag: content_tag } = event;
      return [
        update({ edited_text: text, content_tag, edited_at: at }),
        { op: 'upsert', table: 'version', key: { ...key, revision }, set: { text, at } },
      ];
    }
    case 'message-deleted':
      return [update({ deleted: true, text: null, edited_text: null })];
    case 'reaction-added':
    case 'reaction-removed': {
      const reaction = { ...key, emoji: event.emoji, user_id: event.by };
      if (event.type === 'reaction-removed')
        return [{ op: 'delete', table: 'reaction', key: reaction }];
      return [{ op: 'upsert', table: 'reaction', key: reaction, set: {} }];
    }
    default:
      return [];
  }
}

function sent(
  { recordedAtMs, position, revision }: OfConversation,
  event: Extract<ConversationEvent, { readonly type: 'message-sent' }>,
): Row {
  return {
    author_id: event.author,
    client_id: event.clientId,
    sent_tag: event.contentTag,
    content_tag: event.contentTag,
    form: event.form,
    text: event.text,
    reply_to: event.replyTo ?? null,
    sent_at: new Date(event.claimedAtMs ?? event.atMs),
    recorded_at: new Date(recordedAtMs),
    sent_position: position,
    sent_revision: revision,
  };
}
