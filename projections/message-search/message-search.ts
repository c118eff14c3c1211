import type { ConversationEvent } from '../../domain/conversation/events.ts';
import type { SearchProjection } from '../search-projection.ts';
import { changes } from './changes.ts';

/** Where was it said? */
export const messageSearch: SearchProjection = {
  name: 'message-search',
  version: 1,
  index: 'messages',
  handles: new Set<ConversationEvent['type']>([
    ...(['message-sent', 'message-edited', 'message-deleted'] as const),
    ...(['reaction-added', 'reaction-removed'] as const),
  ]),
  changes,
};
