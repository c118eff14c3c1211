import { expect, it } from 'vitest';
import type { ConversationId } from '../../domain/ids.ts';
import type { MessageView } from '../../projections/timeline/view.ts';
import type { ApiContext } from '../context.ts';
import { answeredBy, visibleMessage, windowOf } from './visible.ts';

const talk = 'talk' as ConversationId;
const clearedSince = { visibleFrom: 1, clearedUpTo: 29, member: true, visibleUpTo: null };
const removedSince = { visibleFrom: 1, clearedUpTo: 0, member: false, visibleUpTo: 30 };
const message = (number: number, replyTo: number | null = null) =>
  ({ conversationId: talk, number, replyTo }) as MessageView;

/** The context of a frame about number 30, of which the gateway knows that she sees from 11 on. */
const inAFrame = (my: object) =>
  ({
    atHand: { conversationId: talk, number: 30, seesFrom: 11 },
    loaders: {
      participations: { load: async () => my },
      messages: { load: async ({ number }: MessageView) => message(number) },
    },
  }) as unknown as ApiContext;

it('is, of what the message of a frame answers, what its recipients were grouped by', async () => {
  const context = inAFrame(clearedSince);
  expect(await answeredBy(context, message(30, 27))).toEqual(message(27));
  expect(await answeredBy(context, message(30, 10))).toBe(null);
  expect(await answeredBy(context, message(30))).toBe(null);
});

it('is, of everything else in a frame, what the read models know (law 8)', async () => {
  const cleared = inAFrame(clearedSince);
  expect(await windowOf(cleared, talk)).toEqual({ from: 30, upTo: null });
  expect(await answeredBy(cleared, message(31, 27))).toBe(null);
  const removed = inAFrame(removedSince);
  expect(await windowOf(removed, talk)).toEqual({ from: 1, upTo: 30 });
  expect(await visibleMessage(removed, talk, 31)).toBe(null);
  expect(await visibleMessage(removed, talk, 30)).toEqual(message(30));
});
