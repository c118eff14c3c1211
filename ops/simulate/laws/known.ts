import type { Asked, Frame, Marks } from '../history.ts';
import type { Spans } from './spans.ts';

/** What the history has told so far, as the laws ask for it. */
export type Known = {
  readonly operations: Map<number, Operation>; // without an answer yet
  readonly messages: Map<string, Message>;
  readonly conversations: Map<string, Conversation>;
  readonly sessions: Map<string, Session>;
  readonly erased: Set<string>; // people who may be erased by now
  readonly finals: Map<string, Finals>; // of people whose finals are complete
  healedLine: number; // 0: nothing was said of faults that healed
};

export type Operation = {
  readonly op: number;
  readonly line: number; // where it was asked
  readonly person: string;
  readonly session: string;
  readonly asked: Asked;
  readonly message: Message | null; // send
  readonly change: TextChange | null; // edit
  readonly place: Place | null; // of the asker, where the conversation is known
  readonly afterNumber: number; // the highest number acknowledged there before
  readonly certain: Certain; // for her, before; of reads
};

/** A message by its client id, through all attempts to send it. */
export type Message = {
  readonly id: string;
  readonly conversation: Conversation;
  readonly author: string;
  readonly text: string;
  readonly replyTo: number | null;
  readonly line: number; // of the first attempt
  readonly afterNumber: number; // the highest number acknowledged in the conversation before that
  readonly afterSeen: number; // the highest number that its author had read before that
  open: number; // attempts without an answer yet
  unknown: number; // attempts that may have happened
  last: 'asked' | 'ok' | 'refused' | 'unknown'; // of the newest attempt
  acknowledged: number; // 0: never
  acknowledgedLine: number;
  number: number; // as first seen anywhere; 0: nowhere yet
  logged: number; // its number in the log; 0: not there
  shownLine: number; // where it was first shown to somebody; 0: never
};

export type Conversation = {
  readonly id: string;
  readonly byNumber: (Message | undefined)[];
  readonly edits: Map<number, TextChange[]>; // asked, by number
  readonly deletions: number[]; // numbers that somebody asked to delete, ascending
  readonly places: Map<string, Place>;
  founders: ReadonlySet<string>;
  acknowledged: number; // the highest number so far
  acknowledgedBy: Message | null; // the message that has it
};

/** A text that somebody asked to have in the place of another. */
export type TextChange = {
  readonly text: string;
  readonly line: number;
  outcome: 'open' | 'ok' | 'refused' | 'unknown';
};

/** A person in a conversation: what all her devices together have done and seen. */
export type Place = {
  readonly person: string;
  readonly conversation: Conversation;
  readonly numbers: Spans; // of messages that were shown to her
  readonly revisions: Spans; // of frames about messages that reached her
  seen: Point; // the highest number on a newest page
  own: Point; // her newest acknowledged message
  received: Point; // the newest message that a frame showed her
  cleared: Point; // what she cleared for certain
  clearingAsked: boolean;
  comingsOpen: number; // askings to have her in that may still, or again, take effect
  cameLine: number; // the newest answer to one
  goneAsked: boolean;
  gone: Point | null; // her newest acknowledged going
  marks: Marks & { readonly line: number }; // the highest that she read in her inbox
};

/** What a read that is asked for now must show, or must not. */
export type Certain = Readonly<Pick<Place, 'seen' | 'own' | 'received' | 'cleared'>>;

/** A number, where it is certain from, and by which position. */
export type Point = {
  readonly number: number;
  readonly line: number;
  readonly position: string | null;
};

/** What a final inbox says: which rows there are, and which devices must hold what is in them. */
export type Finals = {
  readonly line: number;
  readonly rows: ReadonlySet<string>;
  readonly devices: readonly string[];
};

/** A device; its connection began where `connectedLine` says. */
export type Session = {
  readonly id: string;
  readonly person: string;
  connectedLine: number;
  readonly newest: Map<Conversation, Frame>; // of this connection, about messages
};

const nowhere: Point = { number: 0, line: 0, position: null };

export const nothingCertain: Certain = {
  ...{ seen: nowhere, own: nowhere, received: nowhere, cleared: nowhere },
};

export function openKnown(): Known {
  return {
    operations: new Map(),
    messages: new Map(),
    conversations: new Map(),
    sessions: new Map(),
    erased: new Set(),
    finals: new Map(),
    healedLine: 0,
  };
}

export function conversationOf(known: Known, id: string): Conversation {
  const found = known.conversations.get(id);
  if (found !== undefined) return found;
  const conversation: Conversation = {
    id,
    byNumber: [],
    edits: new Map(),
    deletions: [],
    places: new Map(),
    founders: new Set(),
    acknowledged: 0,
    acknowledgedBy: null,
  };
  known.conversations.set(id, conversation);
  return conversation;
}

export function placeOf(conversation: Conversation, person: string): Place {
  const found = conversation.places.get(person);
  if (found !== undefined) return found;
  const place: Place = {
    person,
    conversation,
    numbers: [],
    revisions: [],
    ...nothingCertain,
    clearingAsked: false,
    comingsOpen: 0,
    cameLine: 0,
    goneAsked: false,
    gone: null,
    marks: { delivered: 0, read: 0, line: 0 },
  };
  conversation.places.set(person, place);
  return place;
}

export function sessionOf(known: Known, id: string, person: string): Session {
  const found = known.sessions.get(id);
  if (found !== undefined) return found;
  const session: Session = { id, person, connectedLine: 0, newest: new Map() };
  known.sessions.set(id, session);
  return session;
}

/** Whether it may be in the log: some attempt was not refused for certain. */
export function mayExist({ open, unknown, acknowledged }: Message): boolean {
  return open > 0 || unknown > 0 || acknowledged > 0;
}

/** Whether she may find nothing where something was: she cleared, or went and came again. */
export function mayFindNothing({ clearingAsked, goneAsked }: Place): boolean {
  return clearingAsked || goneAsked;
}

/** Notes a number that somebody asked to delete, once. */
export function noteDeletion({ deletions }: Conversation, number: number): void {
  const at = firstAbove(deletions, number - 1);
  if (deletions[at] !== number) deletions.splice(at, 0, number);
}

/** How many of the ascending numbers lie in (after, upTo]. */
export function countBetween(ascending: readonly number[], after: number, upTo: number): number {
  return Math.max(0, firstAbove(ascending, upTo) - firstAbove(ascending, after));
}

export function holds(ascending: readonly number[], number: number): boolean {
  return ascending[firstAbove(ascending, number - 1)] === number;
}

/** The index of the first number above the bound. */
function firstAbove(ascending: readonly number[], bound: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] ?? 0) > bound) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** A message as a person calls it. */
export function named(message: Message): string {
  return `message ${message.id} (“${shortened(message.text)}” of ${message.author})`;
}

export function shortened(text: string): string {
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}
