import type { MemberView } from '../../projections/conversation-details/view.ts';
import { encodeNodeId } from '../../schemas/graphql/node-id.ts';
import type { ApiContext } from '../context.ts';
import type { FieldResolvers } from './schema.ts';

/** Marks are shown where both show theirs, and one's own always. */
async function showsMarks({ userId }: MemberView, context: ApiContext): Promise<boolean> {
  const { viewer, loaders } = context;
  if (viewer === null || viewer === userId) return viewer !== null;
  const [other, own] = await loaders.people.loadMany([userId, viewer]);
  const shows = (person: typeof own) =>
    !(person instanceof Error) && (person?.preferences.readMarks ?? false);
  return shows(other) && shows(own);
}

export const memberFields: Readonly<Record<string, FieldResolvers>> = {
  Member: {
    id: ({ conversationId, userId }: MemberView) =>
      encodeNodeId({ type: 'Member', conversationId, userId }),
    person: ({ userId }: MemberView, _args, { loaders }) => loaders.people.load(userId),
    role: ({ role }: MemberView) => role.toUpperCase(),
    deliveredUpTo: async (member: MemberView, _args, context) =>
      (await showsMarks(member, context)) ? member.deliveredUpTo : null,
    readUpTo: async (member: MemberView, _args, context) =>
      (await showsMarks(member, context)) ? member.readUpTo : null,
  },
};
