import type { ConversationId, UserId } from '../../domain/ids.ts';
import type { Personal } from '../../domain/personal.ts';

export type MessageView = {
  readonly conversationId: ConversationId;
  readonly number: number;
  readonly author: UserId;
  readonly clientId: string;
  readonly form: 'text' | 'action';
  readonly text: Personal; // null: erased; meaningless when deleted
  readonly deleted: boolean;
  readonly replyTo: number | null;
  readonly sentAtMs: number; // the sender's claimed time where there is one, else the log's
  readonly editedAtMs: number | null;
  /** As the viewer sees them; undefined: not read with it, `reactionsByKeys` knows. */
  readonly reactions?: readonly ReactionView[] | undefined;
};

/** One emoji of a message. */
export type ReactionView = {
  readonly emoji: string;
  readonly count: number;
  readonly mine: boolean; // the viewer is among those who gave it
};

export type MessageVersionView = {
  readonly number: number;
  readonly text: Personal;
  readonly atMs: number; // when this text came to be
};

/** One stored event of a conversation, for catching up: what happened, not what it says. */
export type ConversationEventView = {
  readonly conversationId: ConversationId;
  readonly revision: number;
  readonly position: bigint;
  readonly atMs: number;
  readonly type: string; // the event's type
  readonly number: number | null; // the message it is about
  readonly users: readonly UserId[]; // whom it is about: joined, left, role changed
};
