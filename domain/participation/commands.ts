import type { UserId } from '../ids.ts';

/** What the conversation says at this moment about the person who asks. */
export type ConversationFacts =
  | { readonly situation: 'none' }
  | {
      readonly situation: 'open' | 'closed';
      readonly kind: 'direct' | 'group' | 'channel';
      readonly lastNumber: number;
      // in the conversation's own list: of a group, or an admin of a channel
      readonly member: boolean;
      readonly joining: 'open' | 'invited';
      readonly seesFrom: number; // the first number she may see if she is in, by the history rule
    };

export type BegunFacts = Exclude<ConversationFacts, { situation: 'none' }>;

type Asked = { readonly atMs: number; readonly facts: ConversationFacts };

export type MarkDelivered = Asked & { readonly type: 'mark-delivered'; readonly number: number };
export type MarkRead = Asked & {
  readonly type: 'mark-read';
  readonly number: number;
  readonly delivered?: number | undefined; // when delivery is further on: one event holds both
};
export type MarkUnread = Asked & { readonly type: 'mark-unread' };
export type Mute = Asked & { readonly type: 'mute'; readonly untilMs: number | undefined };
export type Unmute = Asked & { readonly type: 'unmute' };
export type Archive = Asked & { readonly type: 'archive' };
export type Unarchive = Asked & { readonly type: 'unarchive' };
export type PinConversation = Asked & { readonly type: 'pin-conversation' };
export type UnpinConversation = Asked & { readonly type: 'unpin-conversation' };
/** Clears up to the number that was last when the person asked. */
export type ClearHistory = Asked & { readonly type: 'clear-history'; readonly upTo: number };
export type HideMessage = Asked & { readonly type: 'hide-message'; readonly number: number };
export type JoinChannel = Asked & { readonly type: 'join-channel' };
export type LeaveChannel = Asked & {
  readonly type: 'leave-channel';
  readonly by?: UserId | undefined; // an admin who removes her
};

export type ParticipationCommand =
  | MarkDelivered
  | MarkRead
  | MarkUnread
  | Mute
  | Unmute
  | Archive
  | Unarchive
  | PinConversation
  | UnpinConversation
  | ClearHistory
  | HideMessage
  | JoinChannel
  | LeaveChannel;

export type ParticipationRefusal =
  | { readonly kind: 'no-such-conversation' }
  | { readonly kind: 'conversation-closed' }
  | { readonly kind: 'not-a-member' }
  | { readonly kind: 'not-a-channel' }
  | { readonly kind: 'invited-only' }
  | { readonly kind: 'no-such-message' }
  | { readonly kind: 'too-many-hidden-messages'; readonly max: number }
  | { readonly kind: 'mute-in-the-past' };
