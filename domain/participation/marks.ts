import type { Decision } from '../decider.ts';
import { accept, refuse } from '../decider.ts';
import type { BegunFacts, MarkDelivered, MarkRead, ParticipationRefusal } from './commands.ts';
import type { MarksMoved, UnreadMarkCleared } from './events.ts';
import type { ParticipationState } from './state.ts';

/** Marks never move back: an older number changes nothing. */
export function markDelivered(
  { number }: MarkDelivered,
  state: ParticipationState,
  facts: BegunFacts,
): Decision<MarksMoved, ParticipationRefusal> {
  if (!hasNumber(facts, number)) return refuse({ kind: 'no-such-message' });
  return accept(...moved(state, number, state.readUpTo));
}

/** What is read was delivered; reading also takes away the mark as unread. */
export function markRead(
  { number, delivered = number }: MarkRead,
  state: ParticipationState,
  facts: BegunFacts,
): Decision<MarksMoved | UnreadMarkCleared, ParticipationRefusal> {
  if (![number, delivered].every((mark) => hasNumber(facts, mark))) {
    return refuse({ kind: 'no-such-message' });
  }
  const events: (MarksMoved | UnreadMarkCleared)[] = [
    ...moved(state, Math.max(number, delivered), number),
  ];
  if (state.markedUnread) events.push({ type: 'unread-mark-cleared' });
  return accept(...events);
}

export function hasNumber(facts: BegunFacts, number: number): boolean {
  return Number.isSafeInteger(number) && number >= 1 && number <= facts.lastNumber;
}

function moved(state: ParticipationState, delivered: number, read: number): readonly MarksMoved[] {
  const deliveredUpTo = Math.max(state.deliveredUpTo, delivered);
  const readUpTo = Math.max(state.readUpTo, read);
  const same = deliveredUpTo === state.deliveredUpTo && readUpTo === state.readUpTo;
  return same ? [] : [{ type: 'marks-moved', deliveredUpTo, readUpTo }];
}
