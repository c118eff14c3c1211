import type { ConversationId } from '../../../domain/ids.ts';
import type { ConversationView } from '../../../projections/conversation-details/view.ts';
import { decodeNodeId } from '../../../schemas/graphql/node-id.ts';
import type { ApiContext } from '../../context.ts';
import { viewerOf } from '../../context.ts';
import { caughtUp } from '../at-least.ts';
import type { Resolver } from '../schema.ts';
import { windowOf } from '../visible.ts';

/** What the viewer may not know of does not exist for her. */
export const conversation: Resolver = async (_parent, { id, atLeast }, context) => {
  viewerOf(context);
  const found = decodeNodeId(id);
  if (found?.type !== 'Conversation') return null;
  await caughtUp(context, atLeast, found.conversationId);
  return visibleConversation(context, found.conversationId);
};

export async function visibleConversation(
  context: ApiContext,
  conversationId: ConversationId,
): Promise<ConversationView | null> {
  const window = await windowOf(context, conversationId);
  return window && context.loaders.conversations.load(conversationId);
}
