import type { Machine } from '../../guard.ts';

/**
 * What is found by words: messages, people and conversations. A copy that can be rebuilt from the
 * event log at any time. Promises of every driver:
 * - a document only moves forward: an older version, and a repeat, change nothing, whatever came
 *   between, a removal too;
 * - what `apply` answered for is found after `refreshMs` at the latest, also after a crash;
 * - words are folded (accents, case, width), CJK text is found by any two characters that follow
 *   each other, the last word of a query counts as begun (as-you-type), "…" is a phrase, and a
 *   word of five letters or more is also found one misspelling away, after exact ones;
 * - pages do not shift: a cursor goes on after the hit it was made of, whatever was added since;
 * - a question for messages ends after its time with what it has, and says where to go on; whoever
 *   goes on has every hit once. People take turns: who asks much waits behind herself.
 * A machine that does not answer in time rejects with SearchUnavailable, a cursor that is none with
 * CursorRefused. A text without a word in it finds nothing.
 */
export type Search = Machine & {
  /**
   * Idempotent: makes the index that serves, where there is none; beside an older one it makes the
   * next, empty unless that version is being built already. One that is newer goes on serving.
   */
  prepare(index: IndexName, version: number): Promise<Prepared>;
  /** All of the changes are held when it resolves; may be asked again as often as wanted. */
  apply(target: IndexTarget, changes: readonly IndexChange[]): Promise<void>;
  findMessages(query: MessageQuery): Promise<Found<MessageHit>>;
  findPeople(query: NameQuery): Promise<Found<PersonHit>>;
  /** Only among the conversations named: whoever asks says what the viewer may see. */
  findConversations(query: ConversationQuery): Promise<Found<ConversationHit>>;
  /** Makes what was built beside serve, in one step; the old one is removed after it. */
  switchTo(index: IndexName, version: number): Promise<void>;
  /**
   * Every document of an index, ascending by id, from behind `after` where that is told: for
   * comparisons and for checks of the laws.
   */
  documents(target: IndexTarget, after?: string): AsyncIterable<IndexDocument>;
};

/** One for each kind of document. */
export type IndexName = 'messages' | 'people' | 'conversations';

/** `serving` when that version answers queries; `to-be-built` when an older one still does. */
export type Prepared = { readonly kind: 'serving' } | { readonly kind: 'to-be-built' };

/** The index that serves, or the one that is being built beside it. */
export type IndexTarget = {
  readonly index: IndexName;
  readonly at: 'serving' | 'next';
  /**
   * Of whoever writes: SearchUnavailable where the next one is of another version, or the one that
   * serves of a newer. Any unless told.
   */
  readonly version?: number | undefined;
};

/** A document as it is at `version`, or its end. */
export type IndexChange =
  | { readonly kind: 'put'; readonly document: IndexDocument }
  | { readonly kind: 'remove'; readonly id: string; readonly version: bigint };

/** Whole, as it is found and told by `documents`. */
export type IndexDocument = MessageDocument | PersonDocument | ConversationDocument;

/** What may be asked of `has`; attachments get theirs when media exist. */
export type MessageTrait = 'link' | 'mention' | 'reaction' | 'attachment';

/** A message as it is shown now; one that was deleted has no document. */
export type MessageDocument = {
  readonly of: 'message';
  readonly id: string; // <conversation id>:<number>
  readonly version: bigint; // position of the event that made it so
  readonly conversationId: string;
  readonly number: number;
  readonly author: string;
  readonly sentAtMs: number;
  readonly text: string;
  readonly has: readonly MessageTrait[];
};
/** A person by the names under which others know her. */
export type PersonDocument = {
  readonly of: 'person';
  readonly id: string; // user id
  readonly version: bigint;
  readonly displayName: string;
  readonly handle: string | null;
};
/** A conversation by its title. */
export type ConversationDocument = {
  readonly of: 'conversation';
  readonly id: string;
  readonly version: bigint;
  readonly title: string;
};

/** All of it must hold for a hit. */
export type MessageQuery = {
  readonly text: string;
  /** Only within these, and of each only these numbers: what the viewer may see. */
  readonly within: readonly NumberRange[];
  readonly from?: string | undefined; // author
  readonly has?: readonly MessageTrait[] | undefined; // all of them
  readonly beforeMs?: number | undefined; // sent before this moment
  readonly afterMs?: number | undefined; // sent at this moment or later
  readonly order: 'relevance' | 'newest';
  readonly first: number;
  readonly after?: string | undefined; // a hit's cursor, or where a page ended
  readonly asker?: string | undefined; // who waits for her turn; nobody unless told
};
/** Messages of a conversation, by their numbers. */
export type NumberRange = {
  readonly conversationId: string;
  readonly first: number; // the least number seen
  readonly last: number | null; // the greatest; null: no end
};
/** What somebody has typed of a name. */
export type NameQuery = {
  readonly text: string;
  readonly first: number;
  readonly after?: string | undefined;
  readonly asker?: string | undefined;
};
/** What somebody has typed of a title, and where it is looked for. */
export type ConversationQuery = NameQuery & { readonly within: readonly string[] };

/** A page of hits. */
export type Found<Hit> = {
  readonly hits: readonly Hit[]; // in order
  readonly more: boolean; // there may be others behind
  /**
   * Where to go on when the question took its time before the page was full. It may tell when
   * something was sent that nobody found: not for people's eyes.
   */
  readonly endedAt?: string | undefined;
};
/** A message that was found; whoever shows it looks once more whether the viewer may see it. */
export type MessageHit = {
  readonly conversationId: string;
  readonly number: number;
  readonly highlights: Highlights;
  readonly cursor: string; // opaque, bound to the order of its query
};
/** A person who was found. */
export type PersonHit = {
  readonly userId: string;
  readonly highlights: Highlights;
  readonly cursor: string;
};
/** A conversation that was found. */
export type ConversationHit = {
  readonly conversationId: string;
  readonly highlights: Highlights;
  readonly cursor: string;
};
/** A passage of the text around what was found, cut into pieces; `found` ones are to be marked. */
export type Highlights = readonly { readonly text: string; readonly found: boolean }[];

/** Messages are found at the latest this long after `apply` resolved. */
export const refreshMs = 1_000;

/** The engine did not answer in time, or cannot be reached. */
export class SearchUnavailable extends Error {
  override readonly name = 'SearchUnavailable';
}

/** A cursor that no hit of a query in this order had: the field `after` is wrong. */
export class CursorRefused extends Error {
  override readonly name = 'CursorRefused';
}
