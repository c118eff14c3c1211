import type { ConversationCommand } from '../../domain/conversation/commands.ts';
import { needsFacts } from '../../domain/conversation/lookups.ts';
import type { ConversationId, UserId } from '../../domain/ids.ts';
import { participationKey } from '../../domain/ids.ts';
import type { Commands, ConversationChange } from '../commands.ts';
import type { UseCaseContext } from '../context.ts';
import { noSuchPerson } from './start.ts';

type Change = { readonly by: UserId; readonly conversationId: ConversationId };

/** Everything in a conversation but sending: facts that a decision needs are gathered first. */
export function openConversationCommands(context: UseCaseContext): Commands['conversation'] {
  return async (by, conversationId, change) => {
    if (change.type === 'add-members') {
      const [unknown] = await context.facts.unknownPeople(change.users);
      if (unknown !== undefined) return noSuchPerson(unknown);
    }
    const asked = { by, conversationId };
    const command = await toCommand(context, asked, change);
    const reply = await submit(context, conversationId, command);
    if (reply.kind !== 'needs-facts') return reply;
    const informed = await withFacts(context, asked, { command, atLeast: reply.position });
    const second = await submit(context, conversationId, informed);
    return second.kind === 'needs-facts' ? { kind: 'conflict' } : second;
  };
}

function submit(
  { registry, newId }: UseCaseContext,
  conversationId: ConversationId,
  command: ConversationCommand,
) {
  return registry.conversation.submit(conversationId, {
    command,
    answer: (state) => state,
    eventId: newId,
    needsFacts: (state) => needsFacts(command, state),
  });
}

async function toCommand(
  context: UseCaseContext,
  { by, conversationId }: Change,
  change: ConversationChange,
): Promise<ConversationCommand> {
  const asked = { by, atMs: context.now() };
  const tag = (content: readonly (string | undefined)[]) =>
    context.contentTag({
      ...{ author: by, conversationId, monthOfMs: asked.atMs },
      content: JSON.stringify(content),
    });
  switch (change.type) {
    case 'edit-message':
      return { ...change, ...asked, contentTag: await tag([change.text]) };
    case 'update-conversation':
      return { ...change, ...asked, detailsTag: await tag([change.title, change.about]) };
    case 'react':
    case 'unreact':
      return { ...change, ...asked, subscriber: await isSubscriber(context, by, conversationId) };
    default:
      return { ...change, ...asked };
  }
}

/** A channel's subscribers stand in their participations only. */
function isSubscriber(
  { registry }: UseCaseContext,
  by: UserId,
  conversationId: ConversationId,
): Promise<boolean> {
  return registry.participation.peek(
    participationKey(conversationId, by),
    ({ subscription }) => subscription.situation === 'joined',
  );
}

async function withFacts(
  { facts }: UseCaseContext,
  { by, conversationId }: Change,
  { command, atLeast }: { readonly command: ConversationCommand; readonly atLeast: bigint },
): Promise<ConversationCommand> {
  if (!('number' in command)) return command;
  const { number } = command;
  const found = await facts.message({ conversationId, number, viewer: by }, atLeast);
  return { ...command, facts: found };
}
