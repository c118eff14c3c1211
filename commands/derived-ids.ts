import { createHash } from 'node:crypto';
import type { ClientId, ConversationId, UserId } from '../domain/ids.ts';

/** The one conversation of a pair, whoever asks. */
export function directConversationId(a: UserId, b: UserId): ConversationId {
  const [first, second] = a < b ? [a, b] : [b, a];
  return uuidOf('direct', first, second) as ConversationId;
}

/**
 * A repeat of a message is the same event: the log itself stores it once. The content is part of
 * it: with another text under the same client id two processes must collide rather than agree.
 */
export function messageEventId(
  conversationId: ConversationId,
  message: { readonly by: UserId; readonly clientId: ClientId; readonly contentTag: string },
): string {
  return uuidOf('message', conversationId, message.by, message.clientId, message.contentTag);
}

/** A UUID (version 8, RFC 9562) of the words: equal words, equal id. */
export function uuidOf(...words: readonly string[]): string {
  const hash = createHash('sha256').update(words.join('\n')).digest();
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x80;
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80;
  const hex = hash.toString('hex', 0, 16);
  const part = (from: number, to: number) => hex.slice(from, to);
  return `${part(0, 8)}-${part(8, 12)}-${part(12, 16)}-${part(16, 20)}-${part(20, 32)}`;
}
