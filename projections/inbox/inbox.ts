import type { ConversationEvent } from '../../domain/conversation/events.ts';
import type { ParticipationEvent } from '../../domain/participation/events.ts';
import type { Projection } from '../projection.ts';
import { changes } from './changes.ts';

/** What are my conversations, newest activity first, and what in them is unread? (ADR 3) */
export const inbox: Projection = {
  name: 'inbox',
  version: 2,
  tableSql: new URL('./table.sql', import.meta.url),
  tables: {
    head: {
      key: ['conversation_id'],
      columns: {
        ...{ conversation_id: 'uuid', kind: 'text', last_number: 'integer' },
        ...{ last_activity: 'bigint' },
      },
    },
    participation: {
      key: ['user_id', 'conversation_id'],
      columns: {
        ...{ user_id: 'uuid', conversation_id: 'uuid', direct_activity: 'bigint', role: 'text' },
        ...{ listed: 'boolean', subscribed: 'boolean' },
        ...{ joined_at_number: 'integer', sees_from: 'integer' },
        ...{ sees_up_to: 'integer', delivered_up_to: 'integer', read_up_to: 'integer' },
        ...{ own_last_number: 'integer', cleared_up_to: 'integer', marked_unread: 'boolean' },
        ...{ muted_until: 'timestamptz', archived: 'boolean', pinned: 'boolean' },
      },
    },
    deleted_message: {
      key: ['conversation_id', 'number'],
      columns: { conversation_id: 'uuid', number: 'integer' },
    },
  },
  handles: new Set<ConversationEvent['type'] | ParticipationEvent['type']>([
    ...(['conversation-started', 'members-added', 'member-joined', 'member-removed'] as const),
    ...(['member-left', 'role-changed', 'message-sent', 'message-deleted'] as const),
    ...(['marks-moved', 'marked-unread', 'unread-mark-cleared', 'muted', 'unmuted'] as const),
    ...(['archived', 'unarchived', 'conversation-pinned', 'conversation-unpinned'] as const),
    ...(['history-cleared', 'channel-joined', 'channel-left'] as const),
  ]),
  changes,
};
