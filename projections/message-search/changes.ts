import type { ParleyEvent } from '../../domain/recorded.ts';
import type { SearchChange } from '../search-projection.ts';
import { messageDocument, messageDocumentId } from './document.ts';

/**
 * A message is put with its text and removed with it: deleted for everyone, or erased. Who sent it
 * and when, and whether anybody reacted, stand in no later event.
 */
export function changes(recorded: ParleyEvent): readonly SearchChange[] {
  if (recorded.category !== 'conversation') return [];
  const { conversationId, event, position: version } = recorded;
  switch (event.type) {
    case 'message-sent': {
      const { number, author, text } = event;
      const sentAtMs = event.claimedAtMs ?? event.atMs;
      const said = { conversationId, number, author, sentAtMs, text, reacted: false };
      return [messageDocument(said, version)];
    }
    case 'message-deleted':
      return [{ kind: 'remove', id: messageDocumentId(conversationId, event.number), version }];
    case 'message-edited': {
      const id = messageDocumentId(conversationId, event.number);
      const { number, text } = event;
      if (text === null) return [{ kind: 'remove', id, version }];
      return [{ kind: 'amend-message', id, version, conversationId, number, text }];
    }
    case 'reaction-added':
    case 'reaction-removed': {
      const id = messageDocumentId(conversationId, event.number);
      const { number } = event;
      return [{ kind: 'amend-message', id, version, conversationId, number, text: undefined }];
    }
    default:
      return [];
  }
}
