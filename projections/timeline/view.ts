import type { ConversationId, UserId } from '../../domain/ids.ts';
import type { Personal } from '../../domain/personal.ts';

export type MessageView = {
  readonly conversationId: ConversationId;
  readonly number: number;
  readonly author: UserId;
  readonly clientId: string;
  readonly contentTag: string; // of the newest text
  readonly form: 'text' | 'action';
  readonly text: Personal; // null: erased; meaningless when deleted
  readonly deleted: boolean;
  readonly replyTo: number | null;
  readonly sentAtMs: number; // the sender's claimed time where there is one, else the log's
  readonly recordedAtMs: number;
  readonly editedAtMs: number | null;
  readonly versions: number; // how many texts it had before this one
  readonly reactions: readonly {
    readonly emoji: string;
    readonly count: number;
    readonly mine: boolean;
  }[];
  readonly sentPosition: bigint;
  readonly sentRevision: number;
  readonly position: bigint; // of the event that changed it last
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
