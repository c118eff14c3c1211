import type { ConversationId, UserId } from '../../domain/ids.ts';
import type { Cache } from '../../ops/adapters/cache/port.ts';
import { conversationRoom, gatewayChannel } from '../../schemas/records/gateway-message.ts';
import type { LiveReads } from './live-reads.ts';

const countsForMs = 5_000;
const oncePerMs = 2_000;

/**
 * Tells the devices in a conversation that somebody types there; false when she may not write
 * there. Never stored, and said at most once in two seconds.
 */
export function openTyping({
  cache,
  reads,
  now,
}: {
  readonly cache: Cache;
  readonly reads: Pick<LiveReads, 'participations'>;
  readonly now: () => number;
}): (conversationId: ConversationId, userId: UserId) => Promise<boolean> {
  return async (conversationId, userId) => {
    const my = await reads.participations(userId, [conversationId]);
    if (!my.get(conversationId)?.member) return false;
    const key = `typing/${conversationId}/${userId}`;
    if (!(await cache.setIfAbsent(key, '1', { expiresInMs: oncePerMs }))) return true;
    const room = conversationRoom(conversationId);
    const gateways = (await cache.registry.gatewaysOf([room])).get(room) ?? [];
    const untilMs = now() + countsForMs;
    const message = JSON.stringify({ kind: 'typing', conversationId, userId, untilMs });
    await Promise.all(gateways.map((id) => cache.publish(gatewayChannel(id), message)));
    return true;
  };
}
