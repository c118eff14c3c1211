import type { ConversationId, UserId } from '../../../domain/ids.ts';
import { parseConversationId, parseUserId } from '../../../domain/ids.ts';
import type { Personal } from '../../../domain/personal.ts';
import type * as Port from '../../../ops/adapters/search/port.ts';
import type { ConversationView } from '../../../projections/conversation-details/view.ts';
import type { PersonView } from '../../../projections/people/view.ts';
import type { MessageView } from '../../../projections/timeline/view.ts';
import type { ApiContext } from '../../context.ts';
import { visibleConversation } from '../queries/conversation.ts';
import { visibleMessage } from '../visible.ts';

/** What is shown of a hit: the object as it is now, never as the engine has it. */
export type SearchHit = { readonly highlights: Port.Highlights } & (
  | { readonly __typename: 'PersonHit'; readonly person: PersonView }
  | { readonly __typename: 'ConversationHit'; readonly conversation: ConversationView }
  | {
      readonly __typename: 'MessageHit';
      readonly message: MessageView;
      readonly conversation: ConversationView;
    }
);

/** Null for one who is not there any more, or not by this name. */
export async function personHit(
  { loaders }: ApiContext,
  { userId, highlights }: Port.PersonHit,
): Promise<SearchHit | null> {
  const id: UserId | null = parseUserId(userId);
  const person = id && (await loaders.people.load(id));
  if (!person || person.name === null) return null;
  if (!stillSays([person.name, person.handle], highlights)) return null;
  return { __typename: 'PersonHit', person, highlights };
}

/** Null for one that the viewer does not see, or not under this title. */
export async function conversationHit(
  context: ApiContext,
  { conversationId, highlights }: Port.ConversationHit,
): Promise<SearchHit | null> {
  const id = parseConversationId(conversationId);
  const conversation = id && (await visibleConversation(context, id));
  if (!conversation || !stillSays([conversation.title], highlights)) return null;
  return { __typename: 'ConversationHit', conversation, highlights };
}

/**
 * Null for one that the viewer may not see now, by membership, history, clearing or hiding; that is
 * deleted or erased; or that says something else by now.
 */
export async function messageHit(
  context: ApiContext,
  { conversationId, number, highlights }: Port.MessageHit,
): Promise<SearchHit | null> {
  const id: ConversationId | null = parseConversationId(conversationId);
  if (!id) return null;
  const [message, conversation] = await Promise.all([
    visibleMessage(context, id, number),
    context.loaders.conversations.load(id),
  ]);
  if (!message || message.deleted || !conversation) return null;
  if (!stillSays([message.text], highlights)) return null;
  return { __typename: 'MessageHit', message, conversation, highlights };
}

/** Whether the passage stands in one of the texts, letter by letter; an erased one says nothing. */
export function stillSays(texts: readonly Personal[], highlights: Port.Highlights): boolean {
  const passage = highlights.map(({ text }) => text).join('');
  return texts.some((text) => text?.includes(passage) === true);
}
