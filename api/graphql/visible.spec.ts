import { expect, it } from 'vitest';
import type { ConversationId } from '../../domain/ids.ts';
import type { ApiContext } from '../context.ts';
import { windowOf } from './visible.ts';

const [talk, other] = ['talk', 'other'] as ConversationId[] as [ConversationId, ConversationId];
const clearedSince = { visibleFrom: 1, clearedUpTo: 29, member: true, visibleUpTo: null };
const context = (more: object) =>
  ({
    loaders: { participations: { load: async () => clearedSince } },
    ...more,
  }) as unknown as ApiContext;

it('is what the read models know of membership and clearing', async () => {
  expect(await windowOf(context({}), talk)).toEqual({ from: 30, upTo: null });
});

it('is, in a live frame, what its recipients were grouped by', async () => {
  const live = context({ liveWindow: { conversationId: talk, from: 11 } });
  expect(await windowOf(live, talk)).toEqual({ from: 11, upTo: null });
  expect(await windowOf(live, other)).toEqual({ from: 30, upTo: null });
});
