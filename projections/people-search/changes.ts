import type { ParleyEvent } from '../../domain/recorded.ts';
import type { SearchChange } from '../search-projection.ts';
import { personDocument } from './document.ts';

/** A changed profile holds only what changed: the other of name and handle is read. */
export function changes(recorded: ParleyEvent): readonly SearchChange[] {
  if (recorded.category !== 'account') return [];
  const { userId, event, position: version } = recorded;
  switch (event.type) {
    case 'registered': {
      const { name, handle = null } = event;
      return [personDocument({ userId, name, handle }, version)];
    }
    case 'profile-changed':
      if (event.name === undefined && event.handle === undefined) return [];
      return [{ kind: 'amend-person', id: userId, version }];
    default:
      return [];
  }
}
