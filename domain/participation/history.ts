import type { Decision } from '../decider.ts';
import { accept, refuse } from '../decider.ts';
import type { BegunFacts, ClearHistory, HideMessage, ParticipationRefusal } from './commands.ts';
import type { HistoryCleared, MessageHidden } from './events.ts';
import { hiddenMessagesMax } from './limits.ts';
import { hasNumber } from './marks.ts';
import type { ParticipationState } from './state.ts';

/** Delete for me. What is cleared stays cleared; what comes later is shown. */
export function clearHistory(
  command: ClearHistory,
  state: ParticipationState,
  facts: BegunFacts,
): Decision<HistoryCleared, ParticipationRefusal> {
  const upTo = Math.min(command.upTo, facts.lastNumber);
  if (!(upTo > state.clearedUpTo)) return accept();
  return Number.isSafeInteger(upTo)
    ? accept({ type: 'history-cleared', upTo })
    : refuse({ kind: 'no-such-message' });
}

export function hideMessage(
  { number }: HideMessage,
  state: ParticipationState,
  facts: BegunFacts,
): Decision<MessageHidden, ParticipationRefusal> {
  if (!hasNumber(facts, number)) return refuse({ kind: 'no-such-message' });
  if (number <= state.clearedUpTo || state.hidden.has(number)) return accept();
  if (state.hidden.size >= hiddenMessagesMax) {
    return refuse({ kind: 'too-many-hidden-messages', max: hiddenMessagesMax });
  }
  return accept({ type: 'message-hidden', number });
}
