/**
 * What happened, told by those who asked: a history is a file of JSON lines that the law checker
 * reads (`laws.ts`) and that every recorder writes, whether people are simulated in one process or
 * talk to real ones. It knows nothing of the platform's inside.
 *
 * Times are milliseconds of the recorder's own monotonic clock, with fractions. A message is known
 * by the client id of its author, which every text of a recorded run begins with, so that whoever
 * reads the message can name it. Positions are decimal strings, as outside.
 */
export type HistoryLine = Invoked | Answered | Frame | Connection | Erasure | FinalLine;

/** Somebody asks. A retry is a line of its own with the same client id in its command. */
export type Invoked = {
  readonly line: 'invoked';
  readonly op: number; // unique in the history
  readonly atMs: number;
  readonly person: string;
  readonly session: string; // a device of hers: asks one thing after another, and has own reads
  readonly asked: Asked;
};

/** What can be asked, as far as a law speaks of it. */
export type Asked =
  | { readonly do: 'start'; readonly kind: ConversationKind; readonly people: readonly string[] }
  | { readonly do: 'join' | 'leave' | 'close'; readonly conversation: string }
  | {
      readonly do: 'add' | 'remove';
      readonly conversation: string;
      readonly people: readonly string[];
    }
  | {
      readonly do: 'send';
      readonly conversation: string;
      readonly message: string;
      readonly text: string; // without the client id
      readonly replyTo: number | null;
    }
  | {
      readonly do: 'edit';
      readonly conversation: string;
      readonly number: number;
      readonly text: string; // without the client id
    }
  | { readonly do: 'delete'; readonly conversation: string; readonly number: number }
  | {
      readonly do: 'mark';
      readonly conversation: string;
      readonly delivered: number | null;
      readonly read: number | null;
    }
  | { readonly do: 'clear'; readonly conversation: string; readonly upTo: number | null }
  | { readonly do: 'read-page'; readonly conversation: string; readonly atLeast: string | null }
  | { readonly do: 'read-inbox'; readonly atLeast: string | null };

export type ConversationKind = 'direct' | 'group' | 'channel';

/** What it came to. An operation without an answer is `unknown`: it may have happened, once. */
export type Answered = {
  readonly line: 'answered';
  readonly op: number;
  readonly atMs: number;
  readonly outcome: 'ok' | 'refused' | 'unknown'; // refused: stored nothing, for certain
  readonly code?: string; // of a refusal
  readonly position?: string; // of what was stored
  readonly conversation?: string; // start
  readonly number?: number; // send; missing where its author may not see it any more
  readonly page?: Page; // read-page
  readonly inbox?: readonly InboxRow[]; // read-inbox
};

/** A stretch of a conversation without holes: `first` to `last`, as far as the reader may see. */
export type Page = { readonly newest: boolean; readonly messages: readonly SeenMessage[] };

/** A message as somebody sees it. */
export type SeenMessage = {
  readonly number: number;
  readonly message: string | null; // null where no text is left to tell it by
  readonly author: string;
  readonly state: 'present' | 'deleted' | 'erased';
  readonly text: string | null; // without the client id
  readonly replyTo: number | null;
};

/** A conversation in somebody's inbox. */
export type InboxRow = {
  readonly conversation: string;
  readonly last: number; // the highest number she may see
  readonly delivered: number;
  readonly read: number;
  readonly unread: number;
};

/** Something reached a device live, or while it caught up. */
export type Frame = {
  readonly line: 'frame';
  readonly atMs: number;
  readonly person: string;
  readonly session: string;
  readonly conversation: string;
  readonly revision: number;
  readonly position: string;
  readonly kind: 'sent' | 'edited' | 'deleted' | 'members' | 'other';
  readonly shown?: SeenMessage; // sent, edited, deleted
  readonly joined?: readonly string[];
  readonly left?: readonly string[];
};

/** A device's socket. A cut one resumes from its cursor. */
export type Connection = {
  readonly line: 'connected' | 'cut';
  readonly atMs: number;
  readonly person: string;
  readonly session: string;
  readonly cursor: string | null;
};

/** Somebody's account is to be erased: from here on what she said may be shown without its text. */
export type Erasure = {
  readonly line: 'erasing';
  readonly atMs: number;
  readonly person: string;
};

/** What stands at the end, once every fault has healed and everything was passed on. */
export type FinalLine =
  | FinalLogEvent
  | FinalPage
  | FinalInbox
  | FinalRebuild
  | FinalLag
  | { readonly line: 'faults-healed'; readonly atMs: number };

/** The log itself, in the order of positions; the truth that the others are held against. */
export type FinalLogEvent = {
  readonly line: 'log';
  readonly conversation: string;
  readonly revision: number;
  readonly position: string;
  readonly event: LogEvent;
};

export type LogEvent =
  | {
      readonly kind: 'started';
      readonly conversationKind: ConversationKind;
      readonly people: readonly string[];
      readonly historyVisible: 'from-start' | 'from-joining';
    }
  | { readonly kind: 'joined' | 'left' | 'removed'; readonly people: readonly string[] }
  | {
      readonly kind: 'sent';
      readonly number: number;
      readonly message: string;
      readonly author: string;
      readonly replyTo: number | null;
    }
  | { readonly kind: 'edited'; readonly number: number; readonly text: string }
  | { readonly kind: 'deleted'; readonly number: number }
  | ({ readonly kind: 'marked'; readonly person: string } & Marks)
  | { readonly kind: 'cleared'; readonly person: string; readonly upTo: number }
  | { readonly kind: 'other' };

/** How far somebody is; marks never move back. */
export type Marks = { readonly delivered: number; readonly read: number };

/**
 * A whole history as one reader has it: the timeline afresh, a rebuilt one, or a device's own. An
 * empty one is told too: what is not told looks like what nobody has.
 */
export type FinalPage = {
  readonly line: 'timeline' | 'device';
  readonly person: string;
  readonly session: string | null; // of a device
  readonly conversation: string;
  readonly messages: readonly SeenMessage[];
  readonly whole?: boolean; // of a device: it read the history down to its beginning
};

/**
 * A person's inbox at the end, every row of it. It says that her finals are complete: she has a
 * row of every conversation that she is in, and a timeline of whatever she may see.
 */
export type FinalInbox = {
  readonly line: 'inbox';
  readonly person: string;
  readonly rows: readonly InboxRow[];
  /** Devices that must hold all of every conversation that stands in these rows. */
  readonly devices?: readonly string[];
};

/** A read model built anew from the log, against the one that lived. */
export type FinalRebuild = {
  readonly line: 'rebuild';
  readonly projection: string;
  readonly rows: number;
  readonly differing: readonly string[]; // which rows, in words
};

/** How far a consumer is behind once nothing more is asked. */
export type FinalLag = {
  readonly line: 'lag';
  readonly consumer: string;
  readonly events: number;
  readonly sinceHealedMs: number;
};
