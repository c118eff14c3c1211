import type { ConversationId, UserId } from '../../domain/ids.ts';
import type { ParleyEvent, Recorded } from '../../domain/recorded.ts';
import type { ExpectedRevision } from '../adapters/event-store/port.ts';

/**
 * The event store seen through codecs and vault: events in the clear on this side, sealed on the
 * other. One journal for each aggregate; `key` is the stream name without its category.
 */
export type Journal<Event> = {
  /** Pages from a revision on, inclusive. Types nobody knows any more are skipped. */
  read(
    key: string,
    fromRevision: number,
    eventsMax?: number,
  ): AsyncIterable<readonly Recorded<Event>[]>;
  append(request: JournalAppend<Event>): Promise<JournalOutcome>;
  /**
   * The newest snapshot of a stream; null when there is none, it is of another version, or it was
   * sealed with a key that is gone.
   */
  readSnapshot(key: string, version: number): Promise<Snapshot | null>;
  /** Best effort: keeps only the newest. Sealed where the states of this aggregate hold names. */
  writeSnapshot(key: string, snapshot: Snapshot): Promise<void>;
};

/** One batch for one stream: stored whole or not at all. */
export type JournalAppend<Event> = {
  readonly key: string;
  readonly expected: ExpectedRevision;
  readonly events: readonly {
    readonly id: string;
    readonly event: Event;
    readonly traceparent?: string | undefined; // of the command, where its trace is recorded
  }[];
  readonly atMs: number; // chooses the month key of fields that have no client id
};

/** What an append came to; anything but `appended` stored nothing, as far as is known. */
export type JournalOutcome =
  | {
      readonly kind: 'appended';
      readonly revision: number; // of the last event
      readonly positions: readonly bigint[]; // one for each event
    }
  | { readonly kind: 'conflict' }
  | { readonly kind: 'unavailable'; readonly reason: string };

/** A folded state, so that loading need not begin at the first event. */
export type Snapshot = {
  readonly version: number; // of the state's shape
  readonly revision: number; // of the last event folded into it
  readonly position: bigint; // of that event
  readonly state: string; // JSON text
};

/** Opens records of the log in one go; null for types that nobody knows any more. */
export type RecordOpener = {
  open(
    values: readonly string[],
  ): Promise<readonly (ParleyEvent | Watermark | Unreadable | null)[]>;
};

/** "Everything up to this position is in this partition." */
export type Watermark = { readonly category: 'watermark'; readonly position: bigint };

/** A record that no codec accepts: a bad event, to be parked under its key. */
export type Unreadable = {
  readonly category: 'unreadable';
  readonly position: bigint;
  readonly reason: string;
};

/** Under which names facts know people and conversations: decimal numbers below 2^64. */
export type Names = {
  /** '0' when the person's key is gone; she must be among those that were asked for. */
  person(userId: UserId): string;
  conversation(conversationId: ConversationId): string;
};

/**
 * Pseudonyms for the facts: equal for equal ids as long as the keys are there. A person's hangs on
 * the key of all she ever said: with it the way from her id to her pseudonym is gone.
 */
export type Pseudonyms = {
  namesFor(people: readonly UserId[]): Promise<Names>;
};

/** Cursors that tell nothing to whoever holds them: what they say may be of others. */
export type Cursors = {
  of(viewer: UserId): Promise<{
    /** Another text at each time. */
    seal(text: string): string;
    /** Null for what was not sealed for this viewer. */
    open(sealed: string): string | null;
  }>;
};
