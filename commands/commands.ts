import type { AccountCommand, AccountRefusal } from '../domain/account/commands.ts';
import type { AccountState } from '../domain/account/state.ts';
import type { ConversationRefusal } from '../domain/conversation/commands.ts';
import type { ConversationSettings, Role } from '../domain/conversation/events.ts';
import type { ConversationState } from '../domain/conversation/state.ts';
import type { ClientId, ConversationId, UserId } from '../domain/ids.ts';
import type { ParticipationRefusal } from '../domain/participation/commands.ts';
import type { ParticipationState } from '../domain/participation/state.ts';
import type { Outcome } from './outcome.ts';

/** Everything that can be asked of the platform. The only way to the event store. */
export type Commands = {
  readonly account: (
    userId: UserId,
    command: AccountCommand,
  ) => Promise<Outcome<AccountState, AccountRefusal>>;

  readonly openDirect: (
    by: UserId,
    other: UserId,
  ) => Promise<Outcome<Started, ConversationRefusal | NoSuchPerson>>;
  readonly createGroup: (
    by: UserId,
    group: NewConversation,
  ) => Promise<Outcome<Started, ConversationRefusal | NoSuchPerson>>;
  readonly createChannel: (
    by: UserId,
    channel: NewConversation,
  ) => Promise<Outcome<Started, ConversationRefusal | NoSuchPerson>>;
  readonly sendMessage: (
    by: UserId,
    message: NewMessage,
  ) => Promise<Outcome<Sent, ConversationRefusal>>;
  /** Membership, settings, edits, reactions, pins: everything else in a conversation. */
  readonly conversation: (
    by: UserId,
    conversationId: ConversationId,
    change: ConversationChange,
  ) => Promise<Outcome<ConversationState, ConversationRefusal | NoSuchPerson>>;
  readonly participation: (
    by: UserId,
    conversationId: ConversationId,
    change: ParticipationChange,
  ) => Promise<Outcome<ParticipationState, ParticipationRefusal>>;
  /** What is under way now: streams with something to do, and commands that wait for an answer. */
  depth(): { readonly mailboxes: number; readonly commands: number };
  /** Stores held marks and waits for everything under way. */
  [Symbol.asyncDispose](): Promise<void>;
};

export type NoSuchPerson = { readonly kind: 'no-such-person'; readonly userId: UserId };

export type NewConversation = {
  readonly id: ConversationId; // minted by the edge
  readonly title: string;
  readonly about: string;
  readonly members: readonly UserId[];
  readonly settings: Partial<ConversationSettings>;
};
export type Started = { readonly conversationId: ConversationId };

export type NewMessage = {
  readonly conversationId: ConversationId;
  readonly clientId: ClientId;
  readonly text: string;
  readonly form: 'text' | 'action';
  readonly replyTo: number | undefined;
  readonly claimedAtMs: number | undefined;
  readonly source: 'client' | 'import';
};
export type Sent = { readonly number: number; readonly sentAtMs: number };

export type ConversationChange =
  | {
      readonly type: 'update-conversation';
      readonly title?: string | undefined;
      readonly about?: string | undefined;
      readonly settings?: Partial<ConversationSettings> | undefined;
    }
  | { readonly type: 'add-members'; readonly users: readonly UserId[] }
  | { readonly type: 'remove-member'; readonly user: UserId }
  | { readonly type: 'leave' }
  | { readonly type: 'join-group' }
  | { readonly type: 'set-role'; readonly user: UserId; readonly role: Role }
  | { readonly type: 'close-conversation' }
  | { readonly type: 'edit-message'; readonly number: number; readonly text: string }
  | { readonly type: 'delete-message'; readonly number: number }
  | { readonly type: 'react'; readonly number: number; readonly emoji: string }
  | { readonly type: 'unreact'; readonly number: number; readonly emoji: string }
  | { readonly type: 'pin'; readonly number: number }
  | { readonly type: 'unpin'; readonly number: number };

export type ParticipationChange =
  | { readonly type: 'mark-delivered'; readonly number: number }
  | {
      readonly type: 'mark-read';
      readonly number: number;
      readonly delivered?: number | undefined; // when delivery is further on: one event holds both
    }
  | { readonly type: 'mark-unread' }
  | { readonly type: 'mute'; readonly untilMs: number | undefined }
  | { readonly type: 'unmute' }
  | { readonly type: 'archive' }
  | { readonly type: 'unarchive' }
  | { readonly type: 'pin-conversation' }
  | { readonly type: 'unpin-conversation' }
  // undefined: everything so far
  | { readonly type: 'clear-history'; readonly upTo: number | undefined }
  | { readonly type: 'hide-message'; readonly number: number }
  | { readonly type: 'join-channel' }
  | { readonly type: 'leave-channel'; readonly by?: UserId | undefined }; // who removes her;

/** Facts from the read models that a decision may need; gathered before deciding. */
export type Facts = {
  /** Which of these people are not registered. */
  readonly unknownPeople: (users: readonly UserId[]) => Promise<readonly UserId[]>;
  /** A message sent long ago under this client id, once the timeline has reached the position. */
  readonly earlierMessage: (
    of: {
      readonly conversationId: ConversationId;
      readonly author: UserId;
      readonly clientId: ClientId;
    },
    atLeast: bigint,
  ) => Promise<{
    readonly number: number;
    readonly contentTag: string;
    readonly position: bigint;
    readonly sentAtMs: number;
  } | null>;
  readonly message: (
    of: {
      readonly conversationId: ConversationId;
      readonly number: number;
      readonly viewer: UserId;
    },
    atLeast: bigint,
  ) => Promise<{
    readonly author: UserId;
    readonly sentAtMs: number;
    readonly deleted: boolean;
    readonly contentTag: string;
    readonly ownReactions: readonly string[];
  } | null>;
};
