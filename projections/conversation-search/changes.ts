import type { ParleyEvent } from '../../domain/recorded.ts';
import type { SearchChange } from '../search-projection.ts';

/** Every event that says a title says all of the document; an erased title is not found. */
export function changes(recorded: ParleyEvent): readonly SearchChange[] {
  if (recorded.category !== 'conversation') return [];
  const { conversationId: id, event, position: version } = recorded;
  if (event.type !== 'conversation-started' && event.type !== 'details-changed') return [];
  const { title } = event;
  if (title === undefined || title === '') return [];
  if (title === null) return [{ kind: 'remove', id, version }];
  return [{ kind: 'put', document: { of: 'conversation', id, version, title } }];
}
