import type { EarlierMessage, SendMessage } from '../../domain/conversation/commands.ts';
import type { ConversationEvent } from '../../domain/conversation/events.ts';
import { needsEarlier, rememberedMessage } from '../../domain/conversation/lookups.ts';
import type { ConversationState } from '../../domain/conversation/state.ts';
import type { UserId } from '../../domain/ids.ts';
import { clientIdTimeMs } from '../../domain/ids.ts';
import type { Recorded } from '../../domain/recorded.ts';
import { openChains } from '../chains.ts';
import type { Commands, NewMessage, Sent } from '../commands.ts';
import type { UseCaseContext } from '../context.ts';
import { messageEventId } from '../derived-ids.ts';

type Outcome = Awaited<ReturnType<Commands['sendMessage']>>;
type Earlier = NonNullable<Awaited<ReturnType<UseCaseContext['facts']['earlierMessage']>>>;
/** What the state knows of the message after deciding. */
type Place = { readonly sent: Sent; readonly revision: number } | null;

/**
 * Sends once however often it is asked. What the state has forgotten is looked up in the timeline;
 * sends of one author in one conversation enter the mailbox in the order in which they were asked.
 */
export function openSendMessage(context: UseCaseContext): Commands['sendMessage'] {
  const chains = openChains();
  return async (by, message) => {
    const sender = chainOf(by, message);
    const { reply } = await chains.run(sender, async () => {
      const contentTag = await tagOf(context, by, message);
      return { reply: submit(context, toCommand(context, { by, message, contentTag }), message) };
    });
    const first = await reply;
    if (first.kind === 'done') return answerOf(context, message, first);
    if (first.kind !== 'needs-facts') return first;
    const again = await chains.run(sender, async () => {
      const contentTag = await tagOf(context, by, message);
      const { conversationId, clientId } = message;
      const at = first.position;
      const earlier = await context.facts.earlierMessage(
        { conversationId, author: by, clientId },
        at,
      );
      const command = toCommand(context, { by, message, contentTag, earlier });
      return { earlier, reply: submit(context, command, message) };
    });
    const second = await again.reply;
    if (second.kind === 'needs-facts') return { kind: 'conflict' };
    if (second.kind !== 'done') return second;
    return again.earlier && !second.stored
      ? earlierOutcome(again.earlier)
      : answerOf(context, message, second);
  };
}

/** An import keeps the order of everybody in a conversation, as its archive does. */
function chainOf(by: UserId, { conversationId, source }: NewMessage): string {
  return source === 'import' ? conversationId : `${conversationId}/${by}`;
}

function submit(
  { registry }: UseCaseContext,
  command: SendMessage,
  { conversationId, clientId }: NewMessage,
) {
  return registry.conversation.submit(conversationId, {
    command,
    answer: (state: ConversationState): Place => {
      const found = rememberedMessage(state, command);
      if (!found) return null;
      const sentAtMs = command.claimedAtMs ?? found.sentAtMs;
      return { sent: { number: found.number, sentAtMs }, revision: found.revision };
    },
    eventId: () => messageEventId(conversationId, { ...command, clientId }),
    needsFacts: (state) => needsEarlier(command, state),
  });
}

/** A repeat is answered with the position of the first: one event is read for it. */
async function answerOf(
  { journals }: UseCaseContext,
  { conversationId }: NewMessage,
  reply: { readonly stored: boolean; readonly position: bigint; readonly answer: Place },
): Promise<Outcome> {
  const { stored, answer: place } = reply;
  if (!place) throw new Error('a message that was accepted is in the state');
  if (stored) return { kind: 'done', stored, position: reply.position, answer: place.sent };
  const first = await eventAt(journals.conversation.read(conversationId, place.revision, 1));
  const position = first?.position ?? reply.position;
  return { kind: 'done', stored, position, answer: place.sent };
}

function earlierOutcome({ number, sentAtMs, position }: Earlier): Outcome {
  return { kind: 'done', stored: false, position, answer: { number, sentAtMs } };
}

async function eventAt(
  pages: AsyncIterable<readonly Recorded<ConversationEvent>[]>,
): Promise<Recorded<ConversationEvent> | null> {
  for await (const [first] of pages) return first ?? null;
  return null;
}

function toCommand(
  { now }: UseCaseContext,
  {
    by,
    message,
    contentTag,
    earlier,
  }: {
    readonly by: UserId;
    readonly message: NewMessage;
    readonly contentTag: string;
    readonly earlier?: Earlier | null;
  },
): SendMessage {
  const { clientId, form, text, replyTo, claimedAtMs, source } = message;
  const found: EarlierMessage | undefined = earlier && {
    number: earlier.number,
    contentTag: earlier.contentTag,
  };
  const base = { type: 'send-message', by, atMs: now(), clientId, contentTag } as const;
  return { ...base, form, text, replyTo, claimedAtMs, source, earlier: found };
}

/** Over everything that makes the message what it is. */
function tagOf(context: UseCaseContext, author: UserId, message: NewMessage): Promise<string> {
  const { conversationId, clientId, form, text, replyTo } = message;
  return context.contentTag({
    ...{ author, conversationId, monthOfMs: clientIdTimeMs(clientId) },
    content: JSON.stringify([form, text, replyTo ?? null]),
  });
}
