import { parseConversationId } from '../../../domain/ids.ts';
import { publicChannelsPage } from '../../../projections/conversation-details/read.ts';
import { viewerOf } from '../../context.ts';
import { connection } from '../connection.ts';
import { idPart, pageCursor, partsOf, rowsIn, wellFormedIn } from '../input.ts';
import type { Resolver } from '../schema.ts';

export const channels: Resolver = async (_parent, args, context) => {
  viewerOf(context);
  const first = rowsIn(args.first);
  const parts = partsOf(args.after, ['string']);
  const after = parts && idPart(parseConversationId, parts[0]);
  const query = args.query ? wellFormedIn(args.query, 'query') : null;
  const asked = { query, first: first + 1, after };
  const rows = await publicChannelsPage(context.dependencies.tables, asked);
  const page = rows
    .slice(0, first)
    .map((node) => ({ cursor: pageCursor([node.conversationId]), node }));
  const hasNextPage = rows.length > first;
  return connection(page, { hasNextPage, hasPreviousPage: after !== null });
};
