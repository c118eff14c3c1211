import { decodeNodeId } from '../../../schemas/graphql/node-id.ts';
import type { ApiContext } from '../../context.ts';
import { viewerOf } from '../../context.ts';
import { badInput } from '../../errors.ts';
import { limits } from '../../limits.ts';
import type { Resolver } from '../schema.ts';
import { visibleMessage, windowOf } from '../visible.ts';
import { visibleConversation } from './conversation.ts';

export const node: Resolver = (_parent, { id }, context) => {
  viewerOf(context);
  return nodeOf(context, id);
};

export const nodes: Resolver = (_parent, { ids }, context) => {
  viewerOf(context);
  if (ids.length > limits.nodesMax) throw badInput('ids', `names more than ${limits.nodesMax}.`);
  return ids.map((id: string) => nodeOf(context, id));
};

async function nodeOf(context: ApiContext, id: string): Promise<object | null> {
  const found = decodeNodeId(id);
  if (!found) return null;
  const view = await viewOf(context, found);
  return view && { ...view, __typename: found.type };
}

async function viewOf(
  context: ApiContext,
  id: NonNullable<ReturnType<typeof decodeNodeId>>,
): Promise<object | null> {
  const { loaders, viewer } = context;
  switch (id.type) {
    case 'Person':
      return loaders.people.load(id.userId);
    case 'Viewer':
      return id.userId === viewer ? { userId: viewer } : null;
    case 'Conversation':
      return visibleConversation(context, id.conversationId);
    case 'Participation':
      return id.userId === viewer ? loaders.participations.load(id.conversationId) : null;
    case 'Member':
      return (await windowOf(context, id.conversationId)) ? loaders.members.load(id) : null;
    case 'Message':
      return visibleMessage(context, id.conversationId, id.number);
  }
}
