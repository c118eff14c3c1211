import { z } from 'zod';
import type { ConversationEvent } from '../../domain/conversation/events.ts';
import type { ClientId, UserId } from '../../domain/ids.ts';
import { clientIdTimeMs, parseConversationId } from '../../domain/ids.ts';
import type { EventShape } from './codec.ts';
import { defineCodec, sealedField } from './codec.ts';

const user = z.string();
const number = z.number().int().positive();
const members = z.array(z.object({ user, role: z.enum(['owner', 'admin', 'member']) }));
const atNumber = z.number().int().nonnegative();
const arrival = { atNumber, seesFrom: number };
const who = z.enum(['members', 'admins']);
const settings = z.object({
  editWindowMs: z.number().int().nonnegative(),
  posting: who,
  adding: who,
  editing: who,
  joining: z.enum(['open', 'invited']),
  history: z.enum(['everything', 'from-joining']),
});

/** Most events of a conversation are sealed, if at all, with the key of whoever acted. */
const actor = (event: { readonly by: UserId }): UserId => event.by;
const atServer = (_event: unknown, atMs: number): number => atMs;
const open = (shape: z.ZodObject): EventShape<unknown> => ({
  ...{ shape, personal: [], monthOf: null, upcasts: [] },
  subject: () => {
    throw new Error('nothing here is sealed');
  },
});

/**
 * Conversation events: texts are sealed with the author's key and the conversation's key of the
 * month.
 */
export const conversationCodec = defineCodec<ConversationEvent>(
  'conversation',
  {
    'conversation-started': {
      shape: z.object({
        ...{ kind: z.enum(['direct', 'group', 'channel']), by: user, members, settings },
        ...{ title: sealedField, about: sealedField },
      }),
      ...{ personal: ['title', 'about'], subject: actor, monthOf: atServer, upcasts: [] },
    },
    'details-changed': {
      shape: z.object({
        ...{ by: user, detailsTag: z.string().optional() },
        ...{ title: sealedField.optional(), about: sealedField.optional() },
      }),
      ...{ personal: ['title', 'about'], subject: actor, monthOf: atServer, upcasts: [] },
    },
    'settings-changed': open(z.object({ by: user, settings })),
    'members-added': open(z.object({ by: user, members, ...arrival })),
    'member-joined': open(z.object({ user, ...arrival })),
    'member-removed': open(z.object({ user, by: user, atNumber })),
    'member-left': open(z.object({ user, atNumber })),
    'role-changed': open(z.object({ user, role: z.enum(['owner', 'admin', 'member']), by: user })),
    'conversation-closed': open(z.object({ by: user })),
    'message-sent': {
      shape: z.object({
        ...{ number, author: user, clientId: z.string(), contentTag: z.string() },
        ...{ form: z.enum(['text', 'action']), text: sealedField, atMs: z.number() },
        ...{
          replyTo: number.optional(),
          peer: user.optional(),
          claimedAtMs: z.number().optional(),
        },
      }),
      personal: ['text'],
      subject: (event) => event.author,
      // The id's own time: a repeat of the message makes the same content tag in any month.
      monthOf: (event) => clientIdTimeMs(event.clientId as ClientId),
      upcasts: [],
    },
    'message-edited': {
      shape: z.object({ number, by: user, contentTag: z.string(), text: sealedField }),
      ...{ personal: ['text'], subject: actor, monthOf: atServer, upcasts: [] },
    },
    'message-deleted': open(z.object({ number, by: user })),
    'reaction-added': open(z.object({ number, by: user, emoji: z.string() })),
    'reaction-removed': open(z.object({ number, by: user, emoji: z.string() })),
    'message-pinned': open(z.object({ number, by: user })),
    'message-unpinned': open(z.object({ number, by: user })),
  },
  {
    subjectOf: (fields) => (fields.author ?? fields.by) as UserId,
    conversationOf: parseConversationId,
  },
);
