import { z } from 'zod';
import { parseParticipationKey } from '../../domain/ids.ts';
import type { ParticipationEvent } from '../../domain/participation/events.ts';
import type { EventShape } from './codec.ts';
import { BadEvent, defineCodec } from './codec.ts';

const nothing = z.object({});
const number = z.number().int().nonnegative();

function stored(
  shape: z.ZodObject,
  upcasts: EventShape<unknown>['upcasts'] = [],
): EventShape<unknown> {
  const subject = () => {
    throw new Error('nothing here is sealed');
  };
  return { shape, personal: [], subject, monthOf: null, upcasts };
}

/** Participation events: marks and settings, nothing personal in them. */
export const participationCodec = defineCodec<ParticipationEvent>(
  'participation',
  {
    'marks-moved': stored(z.object({ deliveredUpTo: number, readUpTo: number })),
    'marked-unread': stored(nothing),
    'unread-mark-cleared': stored(nothing),
    muted: stored(z.object({ untilMs: z.number().optional() })),
    unmuted: stored(nothing),
    archived: stored(nothing),
    unarchived: stored(nothing),
    'conversation-pinned': stored(nothing),
    'conversation-unpinned': stored(nothing),
    'history-cleared': stored(z.object({ upTo: number })),
    'message-hidden': stored(z.object({ number })),
    'channel-joined': stored(z.object({ atNumber: number, seesFrom: number }), [
      (old) => ({ ...old, seesFrom: 1 }), // version 1 knew no history rule for channels
    ]),
    'channel-left': stored(z.object({ atNumber: number, by: z.string().optional() })),
  },
  {
    subjectOf: (_fields, key) => {
      const ids = parseParticipationKey(key);
      if (!ids) throw new BadEvent('the stream names no participation');
      return ids.userId;
    },
    conversationOf: () => null,
  },
);
