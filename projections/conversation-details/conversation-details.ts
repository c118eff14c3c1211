import type { ConversationEvent } from '../../domain/conversation/events.ts';
import type { ParticipationEvent } from '../../domain/participation/events.ts';
import type { Projection } from '../projection.ts';
import { changes } from './changes.ts';

/** What is this conversation, and who is in it, with what marks? */
export const conversationDetails: Projection = {
  name: 'conversation-details',
  version: 2,
  tableSql: new URL('./table.sql', import.meta.url),
  tables: {
    conversation: {
      key: ['conversation_id'],
      columns: {
        ...{ conversation_id: 'uuid', kind: 'text', title: 'text', about: 'text' },
        ...{ settings: 'jsonb', direct_a: 'uuid', direct_b: 'uuid', closed: 'boolean' },
        ...{ last_number: 'integer', revision: 'integer' },
      },
    },
    member: {
      key: ['conversation_id', 'user_id'],
      columns: {
        ...{ conversation_id: 'uuid', user_id: 'uuid', role: 'text', listed: 'boolean' },
        ...{ subscribed: 'boolean' },
        ...{ joined_at_number: 'integer', sees_from: 'integer', sees_up_to: 'integer' },
        ...{ joined_position: 'bigint', delivered_up_to: 'integer', read_up_to: 'integer' },
        ...{ own_last_number: 'integer' },
      },
    },
    pin: {
      key: ['conversation_id', 'number'],
      columns: { conversation_id: 'uuid', number: 'integer' },
    },
  },
  handles: new Set<ConversationEvent['type'] | ParticipationEvent['type']>([
    ...(['conversation-started', 'details-changed', 'settings-changed'] as const),
    ...(['conversation-closed', 'members-added', 'member-joined', 'member-removed'] as const),
    ...(['member-left', 'role-changed', 'message-sent', 'message-pinned'] as const),
    ...(['message-unpinned', 'marks-moved', 'channel-joined', 'channel-left'] as const),
  ]),
  changes,
};
