import type {
  ConversationKind,
  ConversationSettings,
  Role,
} from '../../domain/conversation/events.ts';
import type { ConversationId, UserId } from '../../domain/ids.ts';
import type { Personal } from '../../domain/personal.ts';

export type ConversationView = {
  readonly conversationId: ConversationId;
  readonly kind: ConversationKind;
  readonly title: Personal; // '' in a direct conversation
  readonly about: Personal;
  readonly settings: ConversationSettings;
  readonly closed: boolean;
  readonly pins: readonly number[]; // message numbers, oldest pin first
  readonly directPair: readonly [UserId, UserId] | null;
  readonly lastNumber: number;
  readonly position: bigint; // of the event that changed it last
  readonly revision: number; // the same in its stream
};

/** A member (or former member) and her marks. */
export type MemberView = {
  readonly conversationId: ConversationId;
  readonly userId: UserId;
  readonly role: Role;
  readonly joinedAtNumber: number; // last number when she joined
  readonly visibleFrom: number; // first number she may see, by the history rule of that moment
  readonly visibleUpTo: number | null; // last number a former member may see; null: is a member
  readonly deliveredUpTo: number; // never below readUpTo
  readonly readUpTo: number; // own messages count as read
  readonly position: bigint;
};
