import type { Decision } from '../decider.ts';
import { accept, refuse } from '../decider.ts';
import type { UserId } from '../ids.ts';
import { clientIdTimeMs } from '../ids.ts';
import { isLongerThan, isMalformed, isVisible } from '../text.ts';
import { forbids, needOf } from './access.ts';
import type { ConversationRefusal, SendMessage } from './commands.ts';
import type { MessageSent } from './events.ts';
import { clientIdAgeMsMax, clientIdAheadMsMax, textCodePointsMax } from './limits.ts';
import { hasNumber, needsEarlier } from './lookups.ts';
import { byClientId } from './memory.ts';
import type { BegunConversation } from './state.ts';

/** A repeat gets the first outcome, even when its author has left or the conversation is closed. */
export function sendMessage(
  command: SendMessage,
  state: BegunConversation,
): Decision<MessageSent, ConversationRefusal> {
  const earlierTag = tagOfEarlier(command, state);
  if (earlierTag !== null) {
    return earlierTag === command.contentTag ? accept() : refuse({ kind: 'client-id-reused' });
  }
  const refusal =
    forbids(state, command.by, needOf(state.settings.posting)) ??
    unfitText(command.text, command.source) ??
    unfitReply(command, state) ??
    untimely(command);
  return refusal ? refuse(refusal) : accept(messageSent(command, state));
}

/** An archive keeps its blank lines: they carry its numbers and replies. */
export function unfitText(text: string, source: 'client' | 'import'): ConversationRefusal | null {
  if (isMalformed(text)) return { kind: 'text-malformed' };
  if (source === 'client' && !isVisible(text)) return { kind: 'text-empty' };
  return isLongerThan(text, textCodePointsMax)
    ? { kind: 'text-too-long', maxCodePoints: textCodePointsMax }
    : null;
}

/** Null: there was none. */
function tagOfEarlier(command: SendMessage, state: BegunConversation): string | null {
  const known = byClientId(state.messages, command.by, command.clientId);
  if (known) return known.sentContentTag;
  if (needsEarlier(command, state)) {
    throw new Error('An earlier message must be looked for before deciding: ask needsEarlier.');
  }
  return command.earlier?.contentTag ?? null;
}

function unfitReply(
  { replyTo }: SendMessage,
  state: BegunConversation,
): ConversationRefusal | null {
  return replyTo === undefined || hasNumber(state, replyTo) ? null : { kind: 'no-such-message' };
}

function untimely({ clientId, atMs, source }: SendMessage): ConversationRefusal | null {
  if (source === 'import') return null;
  const ageMs = atMs - clientIdTimeMs(clientId);
  if (ageMs > clientIdAgeMsMax) return { kind: 'client-id-too-old', maxAgeMs: clientIdAgeMsMax };
  return -ageMs > clientIdAheadMsMax
    ? { kind: 'client-id-ahead-of-time', maxAheadMs: clientIdAheadMsMax }
    : null;
}

function peerOf(author: UserId, { kind, members }: BegunConversation): UserId | undefined {
  return kind === 'direct' ? [...members.keys()].find((user) => user !== author) : undefined;
}

function messageSent(command: SendMessage, state: BegunConversation): MessageSent {
  return {
    type: 'message-sent',
    number: state.lastNumber + 1,
    atMs: command.atMs,
    author: command.by,
    peer: peerOf(command.by, state),
    clientId: command.clientId,
    contentTag: command.contentTag,
    form: command.form,
    text: command.text,
    replyTo: command.replyTo,
    claimedAtMs: command.claimedAtMs,
  };
}
