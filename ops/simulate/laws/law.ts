import type {
  Answered,
  FinalLag,
  FinalLogEvent,
  FinalPage,
  FinalRebuild,
  Frame,
  InboxRow,
  Page,
  SeenMessage,
} from '../history.ts';
import type { Conversation, Message, Operation, Place, Session } from './known.ts';

/**
 * A law as an accumulator: it is told what the history tells, in its order, and reports what
 * breaks it. What it needs to remember of everybody is in `known.ts`; the rest is its own.
 */
export type Law = {
  readonly number: number;
  readonly sentence: string;
  /** Heard before it is entered: `known` is as it was until then. */
  answered?(operation: Operation, answer: Answered): void;
  /** A message was shown to somebody: on a page, in a frame or at the end. */
  shown?(showing: Showing): void;
  page?(reading: Reading): void;
  inboxRow?(reading: InboxReading): void;
  frame?(arrival: Arrival): void;
  log?(line: FinalLogEvent, at: LogPlace): void;
  wholeHistory?(line: FinalPage, at: { readonly line: number; readonly place: Place }): void;
  rebuild?(line: FinalRebuild, at: { readonly line: number }): void;
  lag?(line: FinalLag, at: { readonly line: number }): void;
  /** Everything was told: what only the whole shows. */
  end?(): void;
};

export type Showing = {
  readonly line: number;
  readonly seen: SeenMessage;
  readonly message: Message | null; // null: no text is left, or nobody sent it
  readonly place: Place;
  readonly on: 'page' | 'frame' | 'timeline' | 'device';
  readonly operation: Operation | null; // of a page
  readonly session: string | null; // of a frame or a device
};

export type Reading = {
  readonly line: number;
  readonly operation: Operation;
  readonly place: Place;
  readonly page: Page;
};

export type InboxReading = {
  readonly line: number;
  readonly operation: Operation | null; // null: the final inbox
  readonly place: Place;
  readonly row: InboxRow;
};

export type Arrival = {
  readonly line: number;
  readonly frame: Frame;
  readonly place: Place;
  readonly session: Session;
};

export type LogPlace = {
  readonly line: number;
  readonly conversation: Conversation;
  readonly message: Message | null; // of `sent`; null also where nobody sent it
};
