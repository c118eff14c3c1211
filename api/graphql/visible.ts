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
  const { liveWindow } = context;
  if (liveWindow?.conversationId === conversationId) return { from: liveWindow.from, upTo: null };
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
