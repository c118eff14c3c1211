import type { ConversationId, UserId } from '../../domain/ids.ts';

/** What one person keeps about one conversation, with what it comes to. */
export type ParticipationView = {
  readonly conversationId: ConversationId;
  readonly userId: UserId;
  readonly role: 'owner' | 'admin' | 'member';
  readonly member: boolean; // false: left or removed; she may still look at what she could see
  readonly joinedAtNumber: number;
  readonly visibleFrom: number; // first number she may see (history rule)
  readonly visibleUpTo: number | null; // for a former member
  readonly deliveredUpTo: number;
  readonly readUpTo: number;
  readonly clearedUpTo: number;
  readonly unread: number; // a function of marks and numbers, never negative
  readonly markedUnread: boolean;
  readonly mutedUntilMs: number | null; // null: not muted; Infinity: for good
  readonly archived: boolean;
  readonly pinned: boolean;
  readonly position: bigint;
};

export type InboxRow = ParticipationView & {
  readonly lastActivity: bigint; // position of the newest message, or of the start
  readonly lastNumber: number;
};

export type InboxFilter = 'active' | 'archived' | 'unread' | 'muted' | 'all';
