import type { AccountEvent } from './account/events.ts';
import type { ConversationEvent } from './conversation/events.ts';
import type { ConversationId, UserId } from './ids.ts';
import type { ParticipationEvent } from './participation/events.ts';

/** An event as the log holds it, opened. */
export type Recorded<Event> = {
  readonly id: string; // UUID
  readonly revision: number; // 0, 1, 2 … in its stream
  readonly position: bigint; // in the whole log
  readonly recordedAtMs: number; // the log's own clock
  readonly event: Event;
};

/** Every event of the platform with what its stream is about. */
export type ParleyEvent =
  | (Recorded<AccountEvent> & { readonly category: 'account'; readonly userId: UserId })
  | (Recorded<ConversationEvent> & {
      readonly category: 'conversation';
      readonly conversationId: ConversationId;
    })
  | (Recorded<ParticipationEvent> & {
      readonly category: 'participation';
      readonly conversationId: ConversationId;
      readonly userId: UserId;
    });
