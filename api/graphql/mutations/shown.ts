import type { ConversationId, UserId } from '../../../domain/ids.ts';
import type { ApiContext } from '../../context.ts';
import { limits } from '../../limits.ts';
import { visibleConversation } from '../queries/conversation.ts';
import { visibleMessage } from '../visible.ts';

/**
 * The changed object as the read models show it once they hold the position; null when they are too
 * far behind: what was asked is stored all the same, and the position tells when to look.
 */
async function reached(context: ApiContext, key: string, position: bigint): Promise<boolean> {
  const { progress } = context.dependencies;
  const at = await progress.waitForKey(key, position, { timeoutMs: limits.payloadWaitMs });
  return at >= position;
}

export async function shownConversation(
  context: ApiContext,
  conversationId: ConversationId,
  position: bigint,
) {
  if (!(await reached(context, conversationId, position))) return { conversation: null };
  return { conversation: await visibleConversation(context, conversationId) };
}

export async function shownMessage(
  context: ApiContext,
  of: { readonly conversationId: ConversationId; readonly number: number },
  position: bigint,
) {
  if (!(await reached(context, of.conversationId, position))) return { message: null };
  return { message: await visibleMessage(context, of.conversationId, of.number) };
}

export async function shownParticipation(
  context: ApiContext,
  conversationId: ConversationId,
  position: bigint,
) {
  if (!(await reached(context, conversationId, position))) return { my: null };
  return { my: await context.loaders.participations.load(conversationId) };
}

export async function shownPerson(context: ApiContext, userId: UserId, position: bigint) {
  if (!(await reached(context, userId, position))) return { person: null, preferences: null };
  const person = await context.loaders.people.load(userId);
  return { person, preferences: person?.preferences ?? null };
}
