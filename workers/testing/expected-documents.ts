import type { ParleyEvent } from '../../domain/recorded.ts';
import type { IndexDocument } from '../../ops/adapters/search/port.ts';

/**
 * The documents that a history comes to, by reading it from the front for one message after the
 * other: what the index must hold in the end. In order of their ids.
 */
export function expectedMessages(history: readonly ParleyEvent[]): readonly IndexDocument[] {
  return history
    .flatMap((sent) => {
      if (sent.category !== 'conversation' || sent.event.type !== 'message-sent') return [];
      const { conversationId, event } = sent;
      const { number, author, claimedAtMs, atMs } = event;
      const later = history.flatMap((one) =>
        one.category === 'conversation' &&
        one.conversationId === conversationId &&
        'number' in one.event &&
        one.event.number === number &&
        /^message-(sent|edited|deleted)$|^reaction-/.test(one.event.type)
          ? [one]
          : [],
      );
      if (later.some((one) => one.event.type === 'message-deleted')) return [];
      const reactions = new Set<string>();
      let { text } = event;
      for (const { event: one } of later) {
        if (one.type === 'message-edited') text = one.text;
        if (one.type === 'reaction-added') reactions.add(`${one.by} ${one.emoji}`);
        if (one.type === 'reaction-removed') reactions.delete(`${one.by} ${one.emoji}`);
      }
      if (text === null) return [];
      const id = `${conversationId}:${number}`;
      const version = later.at(-1)?.position ?? 0n;
      const has = reactions.size > 0 ? (['reaction'] as const) : [];
      const sentAtMs = claimedAtMs ?? atMs;
      return [
        {
          of: 'message' as const,
          id,
          version,
          conversationId,
          number,
          author,
          sentAtMs,
          text,
          has,
        },
      ];
    })
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}
