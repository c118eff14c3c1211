import type { UserId } from '../../domain/ids.ts';
import { parseConversationId } from '../../domain/ids.ts';
import { inboxPage, unreadTotal } from '../../projections/inbox/read.ts';
import type { InboxFilter } from '../../projections/inbox/view.ts';
import { encodeCursor } from '../../schemas/graphql/cursor.ts';
import { encodeNodeId } from '../../schemas/graphql/node-id.ts';
import { connection } from './connection.ts';
import { idPart, pageCursor, partsOf, positionIn, rowsIn } from './input.ts';
import type { FieldResolvers } from './schema.ts';

/** The parent of Viewer's fields. */
export type ViewerParent = { readonly userId: UserId };

export const viewerFields: FieldResolvers = {
  id: ({ userId }: ViewerParent) => encodeNodeId({ type: 'Viewer', userId }),
  person: ({ userId }: ViewerParent, _args, { loaders }) => loaders.people.load(userId),
  email: ({ userId }: ViewerParent, _args, { dependencies }) => dependencies.access.emailOf(userId),
  preferences: async ({ userId }: ViewerParent, _args, { loaders }) =>
    (await loaders.people.load(userId))?.preferences,
  unread: ({ userId }: ViewerParent, _args, { dependencies }) =>
    unreadTotal(dependencies.tables, userId),
  cursor: (_parent: ViewerParent, _args, { dependencies }) =>
    encodeCursor(dependencies.progress.reached()),
  inbox: async ({ userId }: ViewerParent, args, context) => {
    const { tables, progress } = context.dependencies;
    const first = rowsIn(args.first);
    const position = progress.reached();
    const parts = partsOf(args.after, ['boolean', 'string', 'string']);
    const after = parts && {
      pinned: parts[0],
      lastActivity: positionIn(parts[1]),
      conversationId: idPart(parseConversationId, parts[2]),
    };
    const filter = (args.filter ?? 'ACTIVE').toLowerCase() as InboxFilter;
    const { rows, hasNext } = await inboxPage(tables, { viewer: userId, filter, first, after });
    for (const row of rows) context.loaders.participations.prime(row.conversationId, row);
    const views = await context.loaders.conversations.loadMany(
      rows.map(({ conversationId }) => conversationId),
    );
    const edges = rows.flatMap((row, at) => {
      const node = views[at];
      if (!node || node instanceof Error) return [];
      const { pinned, lastActivity, lastNumber, conversationId } = row;
      const cursor = pageCursor([pinned, lastActivity.toString(), conversationId]);
      // As the row has it that unread was counted by: an inbox agrees with itself.
      return [{ cursor, node: { ...node, lastNumber } }];
    });
    const page = connection(edges, { hasNextPage: hasNext, hasPreviousPage: after !== null });
    return { ...page, position };
  },
};
