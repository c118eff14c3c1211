import type { Role } from '../../domain/conversation/events.ts';
import { parseUserId } from '../../domain/ids.ts';
import type { ConversationView } from '../../projections/conversation-details/view.ts';
import type { ParticipationView } from '../../projections/inbox/view.ts';
import { encodeNodeId } from '../../schemas/graphql/node-id.ts';
import type { ApiContext } from '../context.ts';
import { viewerOf } from '../context.ts';
import { connection } from './connection.ts';
import { history } from './history.ts';
import { idPart, pageCursor, partsOf, positionIn, rowsIn } from './input.ts';
import { deletedPersonName } from './person.ts';
import type { FieldResolvers } from './schema.ts';
import { visibleMessage, windowOf } from './visible.ts';

const forGood = Date.UTC(9999, 11, 31);

export const conversationFields: Readonly<Record<string, FieldResolvers>> = {
  Conversation: {
    id: ({ conversationId }: ConversationView) =>
      encodeNodeId({ type: 'Conversation', conversationId }),
    kind: ({ kind }: ConversationView) => kind.toUpperCase(),
    title: titleOf,
    about: ({ about }: ConversationView) => about || null,
    memberCount: ({ conversationId }: ConversationView, _args, { loaders }) =>
      loaders.memberCounts.load(conversationId),
    members: async ({ conversationId }: ConversationView, args, context) => {
      const first = rowsIn(args.first);
      const role = args.role ? (args.role.toLowerCase() as Role) : null;
      const parts = partsOf(args.after, ['string', 'string']);
      const after = parts && {
        joinedPosition: positionIn(parts[0]),
        userId: idPart(parseUserId, parts[1]),
      };
      const of = { conversationId, role, readersOf: null };
      const rows = await context.loaders.membersPages.load({ ...of, first: first + 1, after });
      const page = rows.slice(0, first).map(({ member, cursor }) => ({
        cursor: pageCursor([cursor.joinedPosition.toString(), cursor.userId]),
        node: member,
      }));
      const hasNextPage = rows.length > first;
      return connection(page, { hasNextPage, hasPreviousPage: after !== null });
    },
    lastNumber: async ({ conversationId, lastNumber }: ConversationView, _args, context) => {
      const window = await windowOf(context, conversationId);
      return Math.min(lastNumber, window?.upTo ?? lastNumber);
    },
    lastMessage: async ({ conversationId, lastNumber }: ConversationView, _args, context) => {
      const window = await windowOf(context, conversationId);
      const newest = Math.min(lastNumber, window?.upTo ?? lastNumber);
      return newest === 0 ? null : visibleMessage(context, conversationId, newest);
    },
    messages: ({ conversationId }: ConversationView, args, context) =>
      history(context, conversationId, args),
    message: ({ conversationId }: ConversationView, { number }, context) =>
      visibleMessage(context, conversationId, number),
    pins: async ({ conversationId, pins }: ConversationView, _args, context) => {
      const found = await Promise.all(
        pins.map((number) => visibleMessage(context, conversationId, number)),
      );
      return found.filter((message) => message !== null);
    },
    my: ({ conversationId }: ConversationView, _args, { loaders }) =>
      loaders.participations.load(conversationId),
    state: async ({ conversationId, closed, settings }: ConversationView, _args, context) => {
      if (closed) return 'CLOSED';
      const my = await context.loaders.participations.load(conversationId);
      if (!my?.member) return 'READ_ONLY';
      return settings.posting === 'admins' && my.role === 'member' ? 'READ_ONLY' : 'OPEN';
    },
  },
  ConversationSettings: {
    editWindowS: ({ editWindowMs }: ConversationView['settings']) =>
      Math.floor(editWindowMs / 1_000),
    posting: ({ posting }: ConversationView['settings']) => posting.toUpperCase(),
    adding: ({ adding }: ConversationView['settings']) => adding.toUpperCase(),
    editing: ({ editing }: ConversationView['settings']) => editing.toUpperCase(),
    joining: ({ joining }: ConversationView['settings']) => joining.toUpperCase(),
    history: (settings: ConversationView['settings']) =>
      settings.history === 'everything' ? 'EVERYTHING' : 'FROM_JOINING',
  },
  Participation: {
    id: ({ conversationId, userId }: ParticipationView) =>
      encodeNodeId({ type: 'Participation', conversationId, userId }),
    role: ({ role }: ParticipationView) => role.toUpperCase(),
    mutedUntil: ({ mutedUntilMs }: ParticipationView) =>
      mutedUntilMs === null ? null : Math.min(mutedUntilMs, forGood),
    unreadBecause: async ({ conversationId }: ParticipationView, args, context) => {
      const first = rowsIn(args.first);
      viewerOf(context);
      const numbers = await context.loaders.unreadNumbers.load({ conversationId, first });
      const found = await Promise.all(
        numbers.map((number) => visibleMessage(context, conversationId, number)),
      );
      return found.filter((message) => message !== null);
    },
  },
};

/** Of a direct conversation the other's name. */
async function titleOf(
  { title, directPair }: ConversationView,
  _args: unknown,
  { viewer, loaders }: ApiContext,
): Promise<string> {
  if (!directPair) return title ?? '';
  const other = directPair.find((user) => user !== viewer) ?? directPair[0];
  return (await loaders.people.load(other))?.name ?? deletedPersonName;
}
