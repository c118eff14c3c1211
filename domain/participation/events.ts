// What one person keeps about one conversation. These shapes are stored; version with care.

import type { UserId } from '../ids.ts';

/** Both marks as they stand after the move: read ≤ delivered. They never move back. */
export type MarksMoved = {
  readonly type: 'marks-moved';
  readonly deliveredUpTo: number;
  readonly readUpTo: number;
};
export type MarkedUnread = { readonly type: 'marked-unread' };
export type UnreadMarkCleared = { readonly type: 'unread-mark-cleared' };
// undefined: for good
export type Muted = { readonly type: 'muted'; readonly untilMs: number | undefined };
export type Unmuted = { readonly type: 'unmuted' };
export type Archived = { readonly type: 'archived' };
export type Unarchived = { readonly type: 'unarchived' };
export type ConversationPinned = { readonly type: 'conversation-pinned' };
export type ConversationUnpinned = { readonly type: 'conversation-unpinned' };
/** Delete for me: everything up to this number. */
export type HistoryCleared = { readonly type: 'history-cleared'; readonly upTo: number };
/** Delete for me, a single message. */
export type MessageHidden = { readonly type: 'message-hidden'; readonly number: number };
/** A channel's subscribers live only here. */
export type ChannelJoined = {
  readonly type: 'channel-joined';
  readonly atNumber: number;
  readonly seesFrom: number; // the first number she may see, by the history rule of that moment
};
export type ChannelLeft = {
  readonly type: 'channel-left';
  readonly atNumber: number;
  readonly by?: UserId | undefined; // who removed her; missing: she went herself
};

export type ParticipationEvent =
  | MarksMoved
  | MarkedUnread
  | UnreadMarkCleared
  | Muted
  | Unmuted
  | Archived
  | Unarchived
  | ConversationPinned
  | ConversationUnpinned
  | HistoryCleared
  | MessageHidden
  | ChannelJoined
  | ChannelLeft;
