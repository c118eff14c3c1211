import type { ConversationId } from '../../domain/ids.ts';
import type { ParticipationView } from '../../projections/inbox/view.ts';
import type { MessageView } from '../../projections/timeline/view.ts';
import type { ApiContext } from '../context.ts';

/** The numbers a viewer may see of a conversation; null: nothing of it. */
export type Window = { readonly from: number; readonly upTo: number | null };

/**
 * By membership, history rule and clearing. Members and former members have a participation; an
 * open channel shows itself to everybody.
 */
export async function windowOf(
  context: ApiContext,
  conversationId: ConversationId,
): Promise<Window | null> {
  const my = await context.loaders.participations.load(conversationId);
  if (my) return windowFrom(my);
  const conversation = await context.loaders.conversations.load(conversationId);
  const isOpen = conversation?.kind === 'channel' && conversation.settings.joining === 'open';
  return isOpen ? { from: 1, upTo: null } : null;
}

function windowFrom(my: ParticipationView): Window {
  const from = Math.max(my.visibleFrom, my.clearedUpTo + 1);
  return { from, upTo: my.member ? null : (my.visibleUpTo ?? 0) };
}

export function isInside({ from, upTo }: Window, number: number): boolean {
  return number >= from && (upTo === null || number <= upTo);
}

/**
 * What a message answers, as far as the viewer may see it. Of the one that a frame is about, those
 * who get the same bytes were grouped by it: the read models may know already what one of them
 * cleared since, and nothing else is shown by what the gateway knows.
 */
export async function answeredBy(
  context: ApiContext,
  { conversationId, number, replyTo }: MessageView,
): Promise<MessageView | null> {
  if (replyTo === null) return null;
  const { atHand, loaders } = context;
  if (atHand?.conversationId !== conversationId || atHand.number !== number) {
    return visibleMessage(context, conversationId, replyTo);
  }
  return replyTo < atHand.seesFrom
    ? null
    : loaders.messages.load({ conversationId, number: replyTo });
}

/** A message as far as the viewer may see it. */
export async function visibleMessage(
  context: ApiContext,
  conversationId: ConversationId,
  number: number,
): Promise<MessageView | null> {
  const window = await windowOf(context, conversationId);
  if (!window || !isInside(window, number)) return null;
  return context.loaders.messages.load({ conversationId, number });
}
