import type { ParticipationChange } from '../../../commands/commands.ts';
import type {
  MutationClearHistoryArgs,
  MutationMarkDeliveredArgs,
  MutationMarkReadArgs,
  MutationMuteArgs,
} from '../../../schemas/graphql/types.ts';
import type { ApiContext } from '../../context.ts';
import { viewerOf } from '../../context.ts';
import { conversationIdIn } from '../input.ts';
import type { FieldResolvers, Resolver } from '../schema.ts';
import { payloadOf } from './payload.ts';
import { shownParticipation } from './shown.ts';

export const participationMutations: FieldResolvers = {
  markDelivered: (_parent, { input }: MutationMarkDeliveredArgs, context) =>
    change(context, input, { type: 'mark-delivered', number: input.number }),
  markRead: (_parent, { input }: MutationMarkReadArgs, context) =>
    change(context, input, { type: 'mark-read', number: input.number }),
  markUnread: plain('mark-unread'),
  mute: (_parent, { input }: MutationMuteArgs, context) =>
    change(context, input, { type: 'mute', untilMs: input.until?.getTime() }),
  unmute: plain('unmute'),
  archive: plain('archive'),
  unarchive: plain('unarchive'),
  pinConversation: plain('pin-conversation'),
  unpinConversation: plain('unpin-conversation'),
  clearHistory: (_parent, { input }: MutationClearHistoryArgs, context) =>
    change(context, input, { type: 'clear-history', upTo: input.upTo ?? undefined }),
};

type Plain = Extract<
  ParticipationChange['type'],
  'mark-unread' | 'unmute' | 'archive' | 'unarchive' | 'pin-conversation' | 'unpin-conversation'
>;

function plain(type: Plain): Resolver {
  return (_parent, { input }, context) => change(context, input, { type });
}

async function change(
  context: ApiContext,
  input: { readonly conversationId: string },
  asked: ParticipationChange,
) {
  const by = viewerOf(context);
  const conversationId = conversationIdIn(input.conversationId);
  const outcome = await context.dependencies.commands.participation(by, conversationId, asked);
  return payloadOf(outcome, (_state, position) =>
    shownParticipation(context, conversationId, position),
  );
}
