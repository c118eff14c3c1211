import type { Role } from '../../domain/conversation/events.ts';
import type { ConversationId, UserId } from '../../domain/ids.ts';
import type { InboxRow, ParticipationView } from './view.ts';

/** The first number that could be unread to her, minus one: whatever moved it furthest counts. */
export const seenUpToSql = `greatest(p.read_up_to, p.own_last_number, p.cleared_up_to,
  p.joined_at_number, p.sees_from - 1)`;

/** The last number she may see. */
export const lastSeenSql = `case when p.present then h.last_number
  else least(h.last_number, coalesce(p.sees_up_to, h.last_number)) end`;

/** Unread = numbers after the mark, without the deleted ones between; never negative. */
export const unreadSql = `greatest(0, (${lastSeenSql}) - ${seenUpToSql}
  - (select count(*) from inbox.deleted_message d where d.conversation_id = p.conversation_id
     and d.number > ${seenUpToSql} and d.number <= (${lastSeenSql})))::integer`;

export const rowColumns = `p.conversation_id, p.user_id, p.role, p.present, p.joined_at_number,
  p.sees_from, case when p.present then null else p.sees_up_to end as sees_up_to,
  p.delivered_up_to, p.read_up_to, p.own_last_number, p.cleared_up_to,
  p.marked_unread, (extract(epoch from p.muted_until) * 1000)::double precision as muted_until_ms,
  p.archived, p.pinned, p.position, h.last_activity, h.last_number, ${unreadSql} as unread`;

export type StoredRow = {
  readonly conversation_id: ConversationId;
  readonly user_id: UserId;
  readonly role: Role;
  readonly present: boolean;
  readonly joined_at_number: number;
  readonly sees_from: number;
  readonly sees_up_to: number | null;
  readonly delivered_up_to: number;
  readonly read_up_to: number;
  readonly own_last_number: number;
  readonly cleared_up_to: number;
  readonly marked_unread: boolean;
  readonly muted_until_ms: number | null;
  readonly archived: boolean;
  readonly pinned: boolean;
  readonly position: bigint;
  readonly last_activity: bigint;
  readonly last_number: number;
  readonly unread: number;
};

export function toInboxRow(row: StoredRow): InboxRow {
  return { ...toView(row), lastActivity: row.last_activity, lastNumber: row.last_number };
}

export function toView(row: StoredRow): ParticipationView {
  const readUpTo = Math.max(row.read_up_to, row.own_last_number);
  return {
    conversationId: row.conversation_id,
    userId: row.user_id,
    role: row.role,
    member: row.present,
    joinedAtNumber: row.joined_at_number,
    visibleFrom: row.sees_from,
    visibleUpTo: row.sees_up_to,
    deliveredUpTo: Math.max(row.delivered_up_to, readUpTo),
    readUpTo,
    clearedUpTo: row.cleared_up_to,
    unread: row.unread,
    markedUnread: row.marked_unread,
    mutedUntilMs: row.muted_until_ms,
    archived: row.archived,
    pinned: row.pinned,
    position: row.position,
  };
}
