import type { Decision } from '../decider.ts';
import { accept, refuse } from '../decider.ts';
import { isEmoji } from '../text.ts';
import type { ConversationRefusal, React, Unreact } from './commands.ts';
import type { ReactionAdded, ReactionRemoved } from './events.ts';
import { reactionsOfPersonPerMessageMax } from './limits.ts';
import { forbidsTouching, knownMessage } from './lookups.ts';
import type { BegunConversation } from './state.ts';

/** Members', and in a channel also subscribers'. */
export function react(
  command: React,
  state: BegunConversation,
): Decision<ReactionAdded, ConversationRefusal> {
  const { number, by, emoji } = command;
  const refusal = forbidsTouching(command, state);
  if (refusal) return refuse(refusal);
  if (!isEmoji(emoji)) return refuse({ kind: 'not-an-emoji' });
  const message = knownMessage(command, state);
  if (!message) return refuse({ kind: 'no-such-message' });
  if (message.deleted) return refuse({ kind: 'message-deleted' });
  if (message.ownReactions.has(emoji)) return accept();
  if (message.ownReactions.size >= reactionsOfPersonPerMessageMax) {
    return refuse({ kind: 'too-many-reactions', max: reactionsOfPersonPerMessageMax });
  }
  return accept({ type: 'reaction-added', number, by, emoji });
}

export function unreact(
  command: Unreact,
  state: BegunConversation,
): Decision<ReactionRemoved, ConversationRefusal> {
  const { number, by, emoji } = command;
  const refusal = forbidsTouching(command, state);
  if (refusal) return refuse(refusal);
  const message = knownMessage(command, state);
  if (!message) return refuse({ kind: 'no-such-message' });
  return message.ownReactions.has(emoji)
    ? accept({ type: 'reaction-removed', number, by, emoji })
    : accept();
}
