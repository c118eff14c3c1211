import type { ConversationChange, Sent } from '../../../commands/commands.ts';
import type { ClientId, ConversationId, UserId } from '../../../domain/ids.ts';
import { parseClientId } from '../../../domain/ids.ts';
import type { MessageView } from '../../../projections/timeline/view.ts';
import type {
  MutationDeleteMessageArgs,
  MutationEditMessageArgs,
  MutationPinArgs,
  MutationReactArgs,
  MutationSendMessageArgs,
  MutationSetTypingArgs,
  MutationUnpinArgs,
  MutationUnreactArgs,
} from '../../../schemas/graphql/types.ts';
import type { ApiContext } from '../../context.ts';
import { viewerOf } from '../../context.ts';
import { badInput } from '../../errors.ts';
import { conversationIdIn } from '../input.ts';
import type { FieldResolvers, Resolver } from '../schema.ts';
import { payloadOf } from './payload.ts';
import { shownMessage, shownParticipation } from './shown.ts';

export const messageMutations: FieldResolvers = {
  sendMessage: async (_parent, { input }: MutationSendMessageArgs, context) => {
    const author = viewerOf(context);
    const conversationId = conversationIdIn(input.conversationId);
    const clientId = parseClientId(input.clientId);
    if (!clientId) throw badInput('clientId', 'must be a UUIDv7 that your client made.');
    const message = {
      ...{ conversationId, clientId, text: input.text ?? '', source: 'client' as const },
      form: input.form === 'ACTION' ? ('action' as const) : ('text' as const),
      ...{ replyTo: input.replyTo ?? undefined, claimedAtMs: undefined },
    };
    const outcome = await context.dependencies.commands.sendMessage(author, message);
    const show = (sent: Sent, position: bigint) =>
      outcome.kind === 'done' && outcome.stored
        ? { message: justSent({ author, message, sent }) }
        : shownMessage(context, { conversationId, number: sent.number }, position);
    return payloadOf(outcome, show, { 'no-such-message': 'replyTo' });
  },
  editMessage: (_parent, { input }: MutationEditMessageArgs, context) =>
    change(context, input, { type: 'edit-message', number: input.number, text: input.text }),
  deleteMessage: (_parent, { input }: MutationDeleteMessageArgs, context) =>
    input.for === 'EVERYONE'
      ? change(context, input, { type: 'delete-message', number: input.number })
      : hide(context, input),
  react: (_parent, { input }: MutationReactArgs, context) =>
    change(context, input, { type: 'react', number: input.number, emoji: input.emoji }),
  unreact: (_parent, { input }: MutationUnreactArgs, context) =>
    change(context, input, { type: 'unreact', number: input.number, emoji: input.emoji }),
  pin: (_parent, { input }: MutationPinArgs, context) =>
    change(context, input, { type: 'pin', number: input.number }),
  unpin: (_parent, { input }: MutationUnpinArgs, context) =>
    change(context, input, { type: 'unpin', number: input.number }),
};

export const setTyping: Resolver = (_parent, { input }: MutationSetTypingArgs, context) =>
  context.dependencies.typing(conversationIdIn(input.conversationId), viewerOf(context));

type About = { readonly conversationId: string; readonly number: number };

async function change(context: ApiContext, about: About, asked: ConversationChange) {
  const by = viewerOf(context);
  const conversationId = conversationIdIn(about.conversationId);
  const outcome = await context.dependencies.commands.conversation(by, conversationId, asked);
  return payloadOf(outcome, (_state, position) =>
    shownMessage(context, { conversationId, number: about.number }, position),
  );
}

/** For oneself: the message is gone from her history, so the payload shows none. */
async function hide(context: ApiContext, { conversationId: id, number }: About) {
  const by = viewerOf(context);
  const conversationId = conversationIdIn(id);
  const { commands } = context.dependencies;
  const outcome = await commands.participation(by, conversationId, {
    type: 'hide-message',
    number,
  });
  return payloadOf(outcome, async (_state, position) => {
    await shownParticipation(context, conversationId, position);
    return { message: null };
  });
}

/** Everything about a message just sent is known: no read model is waited for. */
function justSent({
  author,
  message,
  sent,
}: {
  readonly author: UserId;
  readonly message: {
    readonly conversationId: ConversationId;
    readonly clientId: ClientId;
    readonly form: 'text' | 'action';
    readonly text: string;
    readonly replyTo: number | undefined;
  };
  readonly sent: Sent;
}): MessageView {
  const { conversationId, clientId, form, text, replyTo } = message;
  return {
    ...{ conversationId, clientId, form, text, author, number: sent.number },
    ...{ deleted: false, replyTo: replyTo ?? null, reactions: [] },
    ...{ sentAtMs: sent.sentAtMs, editedAtMs: null },
  };
}
