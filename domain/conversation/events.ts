import type { ClientId, UserId } from '../ids.ts';
import type { Personal } from '../personal.ts';

// These shapes are stored; version with care (schemas/README.md).

export type ConversationKind = 'direct' | 'group' | 'channel';
export type Role = 'owner' | 'admin' | 'member';
export type MemberRole = { readonly user: UserId; readonly role: Role };

export type ConversationSettings = {
  readonly editWindowMs: number; // how long after sending a message may be edited; 0: never
  readonly posting: 'members' | 'admins'; // who may send
  readonly adding: 'members' | 'admins'; // who may add members
  readonly editing: 'members' | 'admins'; // who may change title and about
  readonly joining: 'open' | 'invited'; // may somebody join by herself
  readonly history: 'everything' | 'from-joining'; // what a new member sees
};

/** In a group or channel the starter is its owner; in a direct conversation both are members. */
export type ConversationStarted = {
  readonly type: 'conversation-started';
  readonly kind: ConversationKind;
  readonly by: UserId;
  readonly title: Personal; // '' in a direct conversation
  readonly about: Personal;
  readonly members: readonly MemberRole[];
  readonly settings: ConversationSettings;
};
/** Holds only what changed. */
export type DetailsChanged = {
  readonly type: 'details-changed';
  readonly by: UserId;
  readonly title?: Personal;
  readonly about?: Personal;
  readonly detailsTag?: string; // of the change as asked; a repeat of it is known by this
};
export type SettingsChanged = {
  readonly type: 'settings-changed';
  readonly by: UserId;
  readonly settings: ConversationSettings;
};
export type MembersAdded = {
  readonly type: 'members-added';
  readonly atNumber: number; // the last number when they came
  readonly seesFrom: number; // the first number they may see, by the history rule of that moment
  readonly by: UserId;
  readonly members: readonly MemberRole[];
};
/** Of her own will, into an open group. */
export type MemberJoined = {
  readonly type: 'member-joined';
  readonly user: UserId;
  readonly atNumber: number;
  readonly seesFrom: number;
};
export type MemberRemoved = {
  readonly type: 'member-removed';
  readonly user: UserId;
  readonly atNumber: number; // the last number she may see
  readonly by: UserId;
};
export type MemberLeft = {
  readonly type: 'member-left';
  readonly user: UserId;
  readonly atNumber: number; // the last number she may see
};
export type RoleChanged = {
  readonly type: 'role-changed';
  readonly user: UserId;
  readonly role: Role;
  readonly by: UserId;
};
export type ConversationClosed = { readonly type: 'conversation-closed'; readonly by: UserId };

export type MessageSent = {
  readonly type: 'message-sent';
  readonly number: number; // 1, 2, 3 … without a hole
  readonly atMs: number; // the server's time when it was decided; edit windows count from here
  readonly author: UserId;
  readonly peer: UserId | undefined; // the other person of a direct conversation
  readonly clientId: ClientId;
  // tells two contents under one client id apart without showing either
  readonly contentTag: string;
  readonly form: 'text' | 'action'; // action: "/me waves"
  readonly text: Personal;
  readonly replyTo: number | undefined;
  // the sender's own time, where it differs by design (imports)
  readonly claimedAtMs: number | undefined;
};
export type MessageEdited = {
  readonly type: 'message-edited';
  readonly number: number;
  readonly by: UserId;
  readonly contentTag: string;
  readonly text: Personal;
};
/** For everyone. */
export type MessageDeleted = {
  readonly type: 'message-deleted';
  readonly number: number;
  readonly by: UserId;
};
export type ReactionAdded = {
  readonly type: 'reaction-added';
  readonly number: number;
  readonly by: UserId;
  readonly emoji: string;
};
export type ReactionRemoved = {
  readonly type: 'reaction-removed';
  readonly number: number;
  readonly by: UserId;
  readonly emoji: string;
};
export type MessagePinned = {
  readonly type: 'message-pinned';
  readonly number: number;
  readonly by: UserId;
};
export type MessageUnpinned = {
  readonly type: 'message-unpinned';
  readonly number: number;
  readonly by: UserId;
};

export type ConversationEvent =
  | ConversationStarted
  | DetailsChanged
  | SettingsChanged
  | MembersAdded
  | MemberJoined
  | MemberRemoved
  | MemberLeft
  | RoleChanged
  | ConversationClosed
  | MessageSent
  | MessageEdited
  | MessageDeleted
  | ReactionAdded
  | ReactionRemoved
  | MessagePinned
  | MessageUnpinned;
