import type { ConversationId, UserId } from '../../domain/ids.ts';

/**
 * What travels over the cache's publish/subscribe to one gateway, as JSON text. Log values are
 * passed on as the log holds them, still sealed.
 */
export type GatewayMessage =
  | { readonly kind: 'records'; readonly values: readonly string[] }
  /** Every record up to this position that concerns this gateway was sent before this message. */
  | { readonly kind: 'progress'; readonly position: string }
  | {
      readonly kind: 'typing';
      readonly conversationId: ConversationId;
      readonly userId: UserId;
      readonly untilMs: number;
    };

export function gatewayChannel(gatewayId: string): string {
  return `gateway:${gatewayId}`;
}

/** Where the projector tells how far the read models are; see ReadProgress. */
export const readProgressChannel = 'read-progress';
/** Where those who wait for the read models say so, that the projector may not rest meanwhile. */
export const readWantedChannel = 'read-wanted';

/** Registry rooms: a gateway is in a room while it has a device of somebody concerned. */
export function conversationRoom(conversationId: ConversationId): string {
  return `conversation:${conversationId}`;
}
export function personRoom(userId: UserId): string {
  return `person:${userId}`;
}
