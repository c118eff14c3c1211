import type { Decision } from '../decider.ts';
import { accept, refuse } from '../decider.ts';
import type { ConversationRefusal, Pin, Unpin } from './commands.ts';
import type { MessagePinned, MessageUnpinned } from './events.ts';
import { pinsMax } from './limits.ts';
import { forbidsTouching, hasNumber, knownMessage } from './lookups.ts';
import type { BegunConversation } from './state.ts';

/** For everybody in the conversation, as `editing` allows. */
export function pin(
  command: Pin,
  state: BegunConversation,
): Decision<MessagePinned, ConversationRefusal> {
  const { number, by } = command;
  const refusal = forbidsTouching(command, state);
  if (refusal) return refuse(refusal);
  if (state.pins.has(number)) return accept();
  const message = knownMessage(command, state);
  if (!message) return refuse({ kind: 'no-such-message' });
  if (message.deleted) return refuse({ kind: 'message-deleted' });
  if (state.pins.size >= pinsMax) return refuse({ kind: 'too-many-pins', max: pinsMax });
  return accept({ type: 'message-pinned', number, by });
}

export function unpin(
  command: Unpin,
  state: BegunConversation,
): Decision<MessageUnpinned, ConversationRefusal> {
  const { number, by } = command;
  const refusal = forbidsTouching(command, state);
  if (refusal) return refuse(refusal);
  if (!hasNumber(state, number)) return refuse({ kind: 'no-such-message' });
  return state.pins.has(number) ? accept({ type: 'message-unpinned', number, by }) : accept();
}
