import type { ClientId, UserId } from '../ids.ts';
import type { ConversationKind, ConversationSettings, Role } from './events.ts';

/** Who asks, and when the server heard of it. */
type Asked = { readonly by: UserId; readonly atMs: number };

export type StartConversation = Asked & {
  readonly type: 'start-conversation'; // OpenDirect, CreateGroup, CreateChannel
  readonly kind: ConversationKind;
  readonly title: string;
  readonly about: string;
  readonly others: readonly UserId[]; // direct: exactly the one other person
  readonly settings: Partial<ConversationSettings>;
};
export type UpdateConversation = Asked & {
  readonly type: 'update-conversation';
  readonly title?: string | undefined;
  readonly about?: string | undefined;
  readonly settings?: Partial<ConversationSettings> | undefined;
  // of title and about; undefined: a repeat is stored again
  readonly detailsTag?: string | undefined;
};
export type AddMembers = Asked & {
  readonly type: 'add-members';
  readonly users: readonly UserId[];
};
export type RemoveMember = Asked & { readonly type: 'remove-member'; readonly user: UserId };
export type Leave = Asked & { readonly type: 'leave' };
export type JoinGroup = Asked & { readonly type: 'join-group' };
export type SetRole = Asked & {
  readonly type: 'set-role';
  readonly user: UserId;
  readonly role: Role;
};
export type CloseConversation = Asked & { readonly type: 'close-conversation' };

/**
 * Where a client id too old for the state was found in the timeline; null: looked for and not
 * there.
 */
export type EarlierMessage = { readonly number: number; readonly contentTag: string } | null;

export type SendMessage = Asked & {
  readonly type: 'send-message';
  readonly clientId: ClientId;
  readonly contentTag: string;
  readonly form: 'text' | 'action';
  readonly text: string;
  readonly replyTo: number | undefined;
  readonly claimedAtMs: number | undefined;
  readonly source: 'client' | 'import'; // an import vouches for its own ids, however old they are
  readonly earlier?: EarlierMessage | undefined; // undefined: not looked for
};

/** What the timeline knows of a message that the state may have forgotten; null: no such number. */
export type MessageFacts = {
  readonly author: UserId;
  readonly sentAtMs: number;
  readonly deleted: boolean;
  readonly contentTag: string; // of the newest text
  readonly ownReactions: readonly string[]; // of the person who asks
} | null;
type AboutMessage = Asked & {
  readonly number: number;
  readonly facts?: MessageFacts | undefined; // undefined: not looked for
  readonly subscriber?: boolean; // of a channel, whose subscribers the state does not know
};
export type EditMessage = AboutMessage & {
  readonly type: 'edit-message';
  readonly text: string;
  readonly contentTag: string;
};
export type DeleteMessage = AboutMessage & { readonly type: 'delete-message' };
export type React = AboutMessage & { readonly type: 'react'; readonly emoji: string };
export type Unreact = AboutMessage & { readonly type: 'unreact'; readonly emoji: string };
export type Pin = AboutMessage & { readonly type: 'pin' };
export type Unpin = AboutMessage & { readonly type: 'unpin' };

export type ConversationCommand =
  | StartConversation
  | UpdateConversation
  | AddMembers
  | RemoveMember
  | Leave
  | JoinGroup
  | SetRole
  | CloseConversation
  | SendMessage
  | EditMessage
  | DeleteMessage
  | React
  | Unreact
  | Pin
  | Unpin;

export type ConversationRefusal =
  | { readonly kind: 'no-such-conversation' }
  | { readonly kind: 'already-started' } // the same id with other facts
  | { readonly kind: 'conversation-closed' }
  | { readonly kind: 'not-a-member' }
  | { readonly kind: 'not-allowed' } // her role does not carry it
  // members, roles and title of a direct conversation are fixed
  | { readonly kind: 'not-in-direct' }
  | { readonly kind: 'direct-with-oneself' }
  | { readonly kind: 'title-empty' }
  | { readonly kind: 'title-too-long'; readonly maxCodePoints: number }
  | { readonly kind: 'about-too-long'; readonly maxCodePoints: number }
  | { readonly kind: 'too-many-members'; readonly max: number }
  | { readonly kind: 'no-such-member' }
  | { readonly kind: 'last-owner' }
  | { readonly kind: 'invited-only' }
  | { readonly kind: 'setting-out-of-range'; readonly setting: keyof ConversationSettings }
  | { readonly kind: 'text-empty' }
  | { readonly kind: 'text-too-long'; readonly maxCodePoints: number }
  | { readonly kind: 'text-malformed' } // a lone surrogate cannot be stored as sent
  | { readonly kind: 'no-such-message' }
  | { readonly kind: 'message-deleted' }
  | { readonly kind: 'client-id-reused' }
  | { readonly kind: 'client-id-too-old'; readonly maxAgeMs: number }
  | { readonly kind: 'client-id-ahead-of-time'; readonly maxAheadMs: number }
  | { readonly kind: 'edit-window-over'; readonly editWindowMs: number }
  | { readonly kind: 'not-an-emoji' }
  | { readonly kind: 'too-many-reactions'; readonly max: number }
  | { readonly kind: 'too-many-pins'; readonly max: number };
