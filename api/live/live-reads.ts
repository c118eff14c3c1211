import type { ConversationId, UserId } from '../../domain/ids.ts';
import type { ConversationView, MemberView } from '../../projections/conversation-details/view.ts';
import type { ParticipationView } from '../../projections/inbox/view.ts';
import type { PersonView } from '../../projections/people/view.ts';
import type { ConversationEventView, MessageView } from '../../projections/timeline/view.ts';

/** A conversation with what one viewer may see of it. */
export type Membership = {
  readonly conversationId: ConversationId;
  readonly seesFrom: number; // first number she may see and has not cleared
  readonly seesUpTo: number | null; // last number a former member may see; null: is a member
};

export type Span = { readonly after: bigint; readonly upTo: bigint; readonly rowsMax: number };

/** What the gateway asks of the read models; composed from the readers of `projections/`. */
export type LiveReads = {
  /** Position of the newest event of the log. */
  head(): Promise<bigint>;
  waitFor(position: bigint, timeoutMs: number): Promise<bigint>;
  waitForKey(key: string, position: bigint, timeoutMs: number): Promise<bigint>;

  memberships(viewer: UserId): Promise<readonly Membership[]>;
  /** For each of the users who is a member: the first number she may see. */
  seesFrom(
    conversationId: ConversationId,
    users: readonly UserId[],
  ): Promise<ReadonlyMap<UserId, number>>;

  /** For each of the users who hid some of these messages: which. */
  hidden(
    users: readonly UserId[],
    of: { readonly conversationId: ConversationId; readonly numbers: readonly number[] },
  ): Promise<ReadonlyMap<UserId, ReadonlySet<number>>>;

  people(userIds: readonly UserId[]): Promise<ReadonlyMap<string, PersonView>>;
  conversations(ids: readonly ConversationId[]): Promise<ReadonlyMap<string, ConversationView>>;
  /** By `messageKey`; what the viewer may not see is missing. */
  messages(viewer: UserId, keys: readonly MessageKey[]): Promise<ReadonlyMap<string, MessageView>>;
  /** By `memberKey`; former members too. */
  members(keys: readonly MemberKey[]): Promise<ReadonlyMap<string, MemberView>>;
  participations(
    viewer: UserId,
    ids: readonly ConversationId[],
  ): Promise<ReadonlyMap<string, ParticipationView>>;

  /** Events of these conversations in the span, ordered by position. */
  missedEvents(
    viewer: UserId,
    memberships: readonly Membership[],
    span: Span,
  ): Promise<readonly ConversationEventView[]>;
  /** Marks that moved in the span, each once in its newest state. */
  movedMarks(memberships: readonly Membership[], span: Span): Promise<readonly MemberView[]>;
  changedParticipations(viewer: UserId, span: Span): Promise<readonly ParticipationView[]>;
  /** Profiles of the viewer and of people she shares a conversation with. */
  changedPeople(viewer: UserId, span: Span): Promise<readonly PersonView[]>;
};

export type MessageKey = { readonly conversationId: ConversationId; readonly number: number };
export type MemberKey = { readonly conversationId: ConversationId; readonly userId: UserId };

export function messageKey({ conversationId, number }: MessageKey): string {
  return `${conversationId}#${number}`;
}
export function memberKey({ conversationId, userId }: MemberKey): string {
  return `${conversationId}_${userId}`;
}
