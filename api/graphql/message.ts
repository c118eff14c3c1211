import { parseUserId } from '../../domain/ids.ts';
import type { MessageVersionView, MessageView } from '../../projections/timeline/view.ts';
import { encodeNodeId } from '../../schemas/graphql/node-id.ts';
import { viewerOf } from '../context.ts';
import { connection } from './connection.ts';
import { idPart, pageCursor, partsOf, positionIn, rowsIn } from './input.ts';
import type { FieldResolvers } from './schema.ts';
import { answeredBy } from './visible.ts';

export const messageFields: Readonly<Record<string, FieldResolvers>> = {
  Message: {
    id: ({ conversationId, number }: MessageView) =>
      encodeNodeId({ type: 'Message', conversationId, number }),
    conversation: ({ conversationId }: MessageView, _args, { loaders }) =>
      loaders.conversations.load(conversationId),
    author: ({ author }: MessageView, _args, { loaders }) => loaders.people.load(author),
    sentAt: ({ sentAtMs }: MessageView) => sentAtMs,
    form: ({ form }: MessageView) => form.toUpperCase(),
    state: ({ deleted, text }: MessageView) =>
      deleted ? 'DELETED' : text === null ? 'ERASED' : 'PRESENT',
    replyTo: (message: MessageView, _args, context) => answeredBy(context, message),
    editedAt: ({ editedAtMs }: MessageView) => editedAtMs,
    history: (message: MessageView, _args, { loaders }) =>
      message.editedAtMs === null || message.deleted ? [] : loaders.versions.load(message),
    reactions: (message: MessageView, _args, { loaders }) =>
      message.reactions ?? loaders.reactions.load(message),
    deliveredTo: (message: MessageView, _args, { loaders }) => loaders.delivered.load(message),
    readBy: async (message: MessageView, args, context) => {
      const { conversationId, number, author } = message;
      const first = rowsIn(args.first);
      const parts = partsOf(args.after, ['string', 'string']);
      const after = parts && {
        joinedPosition: positionIn(parts[0]),
        userId: idPart(parseUserId, parts[1]),
      };
      const of = { conversationId, role: null, readersOf: { number, author } };
      const rows = await context.loaders.membersPages.load({ ...of, first: first + 1, after });
      const page = rows.slice(0, first);
      const own = viewerOf(context);
      const ids = [...page.map(({ member }) => member.userId), own];
      const people = await context.loaders.people.loadMany(ids);
      const found = (at: number) => {
        const person = people[at];
        return person instanceof Error ? null : (person ?? null);
      };
      const viewerShows = found(page.length)?.preferences.readMarks ?? false;
      const shown = page.flatMap(({ cursor }, at) => {
        const node = found(at);
        const isShown = node?.userId === own || (viewerShows && node?.preferences.readMarks);
        if (!node || !isShown) return [];
        return [{ cursor: pageCursor([cursor.joinedPosition.toString(), cursor.userId]), node }];
      });
      const hasNextPage = rows.length > first;
      return connection(shown, { hasNextPage, hasPreviousPage: after !== null });
    },
    clientId: ({ author, clientId }: MessageView, _args, { viewer }) =>
      author === viewer ? clientId : null,
  },
  MessageVersion: {
    at: ({ atMs }: MessageVersionView) => atMs,
  },
};
