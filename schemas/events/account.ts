import { z } from 'zod';
import type { AccountEvent } from '../../domain/account/events.ts';
import type { UserId } from '../../domain/ids.ts';
import { parseUserId } from '../../domain/ids.ts';
import type { EventShape } from './codec.ts';
import { BadEvent, defineCodec, sealedField } from './codec.ts';

const subject = (_event: unknown, key: string): UserId => userIdOf(key);

function stored(shape: z.ZodObject, personal: readonly string[]): EventShape<AccountEvent> {
  return { shape, personal, subject, monthOf: null, upcasts: [] };
}

/** Account events: everything personal is sealed with the person's own key alone. */
export const accountCodec = defineCodec<AccountEvent>(
  'account',
  {
    registered: stored(
      z.object({
        kind: z.enum(['person', 'bot', 'service']),
        name: sealedField,
        handle: sealedField.optional(),
        origin: z.enum(['registration', 'import']),
      }),
      ['name', 'handle'],
    ),
    'profile-changed': stored(
      z.object({
        name: sealedField.optional(),
        handle: sealedField.optional(),
        about: sealedField.optional(),
        fields: z.array(z.object({ label: sealedField, value: sealedField })).optional(),
      }),
      ['name', 'handle', 'about', 'fields'],
    ),
    'preferences-changed': stored(
      z.object({
        preferences: z.object({
          language: z.string(),
          theme: z.enum(['system', 'light', 'dark']),
          readMarks: z.boolean(),
        }),
      }),
      [],
    ),
  },
  { subjectOf: subject, conversationOf: () => null, snapshotSubjectOf: userIdOf },
);

function userIdOf(key: string): UserId {
  const userId = parseUserId(key);
  if (!userId) throw new BadEvent('the stream names no person');
  return userId;
}
