import type { AccountEvent } from '../../domain/account/events.ts';
import type { SearchProjection } from '../search-projection.ts';
import { changes } from './changes.ts';

/** Who bears a name or a handle like this? */
export const peopleSearch: SearchProjection = {
  name: 'people-search',
  version: 1,
  index: 'people',
  handles: new Set<AccountEvent['type']>(['registered', 'profile-changed']),
  changes,
};
