import type { ConversationEvent } from '../../domain/conversation/events.ts';
import type { ParticipationEvent } from '../../domain/participation/events.ts';
import type { Projection } from '../projection.ts';
import { changes } from './changes.ts';

/** What was said in this conversation, and what happened in it since a position? */
export const timeline: Projection = {
  name: 'timeline',
  version: 2,
  tableSql: new URL('./table.sql', import.meta.url),
  tables: {
    message: {
      key: ['conversation_id', 'number'],
      columns: {
        ...{ conversation_id: 'uuid', number: 'integer', author_id: 'uuid', client_id: 'uuid' },
        ...{ sent_tag: 'text', content_tag: 'text', form: 'text', text: 'text' },
        ...{ edited_text: 'text', deleted: 'boolean', reply_to: 'integer' },
        ...{ sent_at: 'timestamptz', recorded_at: 'timestamptz', edited_at: 'timestamptz' },
        ...{ sent_position: 'bigint', sent_revision: 'integer' },
      },
    },
    version: {
      key: ['conversation_id', 'number', 'revision'],
      columns: {
        ...{ conversation_id: 'uuid', number: 'integer', revision: 'integer' },
        ...{ text: 'text', at: 'timestamptz' },
      },
    },
    reaction: {
      key: ['conversation_id', 'number', 'emoji', 'user_id'],
      columns: { conversation_id: 'uuid', number: 'integer', emoji: 'text', user_id: 'uuid' },
    },
    hidden: {
      key: ['user_id', 'conversation_id', 'number'],
      columns: { user_id: 'uuid', conversation_id: 'uuid', number: 'integer' },
    },
    event: {
      key: ['conversation_id', 'revision'],
      columns: {
        ...{ conversation_id: 'uuid', revision: 'integer', type: 'text', number: 'integer' },
        ...{ users: 'uuid[]', at: 'timestamptz' },
      },
    },
  },
  handles: new Set<ConversationEvent['type'] | ParticipationEvent['type']>([
    ...(['conversation-started', 'details-changed', 'settings-changed', 'members-added'] as const),
    ...(['member-joined', 'member-removed', 'member-left', 'role-changed'] as const),
    ...(['conversation-closed', 'message-sent', 'message-edited', 'message-deleted'] as const),
    ...(['reaction-added', 'reaction-removed', 'message-pinned', 'message-unpinned'] as const),
    'message-hidden',
  ]),
  changes,
};
