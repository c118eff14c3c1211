import type { ConversationEvent } from '../../domain/conversation/events.ts';
import type { SearchProjection } from '../search-projection.ts';
import { changes } from './changes.ts';

/** Which conversation bears a title like this? A direct one bears none: its people are found. */
export const conversationSearch: SearchProjection = {
  name: 'conversation-search',
  version: 1,
  index: 'conversations',
  handles: new Set<ConversationEvent['type']>(['conversation-started', 'details-changed']),
  changes,
};
