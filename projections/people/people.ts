import type { AccountEvent } from '../../domain/account/events.ts';
import type { ParleyEvent } from '../../domain/recorded.ts';
import type { Change, Row } from '../change.ts';
import type { Projection } from '../projection.ts';

/** Who is this person, and who bears this handle? */
export const people: Projection = {
  name: 'people',
  version: 1,
  tableSql: new URL('./table.sql', import.meta.url),
  tables: {
    person: {
      key: ['user_id'],
      columns: {
        ...{ user_id: 'uuid', kind: 'text', name: 'text', handle: 'text', about: 'text' },
        ...{ fields: 'jsonb', preferences: 'jsonb', imported: 'boolean' },
      },
    },
  },
  handles: new Set<AccountEvent['type']>(['registered', 'profile-changed', 'preferences-changed']),
  changes,
};

function changes(recorded: ParleyEvent): readonly Change[] {
  if (recorded.category !== 'account') return [];
  const key = { user_id: recorded.userId };
  return [{ op: 'upsert', table: 'person', key, set: columnsOf(recorded.event) }];
}

function columnsOf(event: AccountEvent): Row {
  switch (event.type) {
    case 'registered':
      return {
        kind: event.kind,
        name: event.name,
        handle: event.handle || null,
        imported: event.origin === 'import',
      };
    case 'profile-changed':
      return {
        ...(event.name !== undefined && { name: event.name }),
        ...(event.handle !== undefined && { handle: event.handle || null }),
        ...(event.about !== undefined && { about: event.about || null }),
        ...(event.fields !== undefined && { fields: JSON.stringify(event.fields) }),
      };
    case 'preferences-changed':
      return { preferences: JSON.stringify(event.preferences) };
  }
}
