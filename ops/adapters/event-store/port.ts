import type { Machine } from '../../guard.ts';

/**
 * The truth: an append-only log of streams. Promises of every driver:
 * - an append is flushed to the device before it is answered, whole or not at all;
 * - the revisions of a stream are 0, 1, 2 … without a hole; positions grow over the whole log;
 * - an event id is stored once in a stream: repeating an append with the same ids and the same
 * expected
 *   revision answers with the first outcome;
 * - a subscription sends every event once, in order, without a gap between history and live.
 * Failures of the machine itself reject with EventStoreUnavailable; everything else is an outcome.
 */
export type EventStore = Machine & {
  append(request: AppendRequest): Promise<AppendOutcome>;
  /** Pages of a stream, each a non-empty array; nothing when the stream does not exist. */
  readStream(request: ReadStream): AsyncIterable<readonly RecordedEvent[]>;
  /** Pages of the whole log in order, the system's own events (`$…`) left out. */
  readAll(request: ReadAll): AsyncIterable<readonly RecordedEvent[]>;
  /** History after a position, then live, until the signal is aborted. */
  subscribeToAll(request: SubscribeToAll): AsyncIterable<SubscriptionItem>;
  /** Keeps only the newest events of a stream (snapshots). */
  keepNewest(stream: string, count: number): Promise<void>;
  /** Position of the newest event that is not the system's own; 0n when there is none. */
  head(): Promise<bigint>;
  /** Position of the newest event of all; 0n when the log is empty. */
  end(): Promise<bigint>;
  /** Exact counts since opening. */
  counters(): EventStoreCounters;
};

/** An event as it goes in; revision, position and time are the log’s to give. */
export type EventToAppend = {
  readonly id: string; // UUID
  readonly type: string;
  readonly data: Uint8Array; // JSON text, UTF-8
  readonly metadata: Uint8Array; // JSON text, UTF-8; may be empty
};

/** An event as the log holds it, byte for byte as it went in. */
export type RecordedEvent = {
  readonly id: string;
  readonly stream: string;
  readonly revision: number;
  readonly position: bigint;
  readonly type: string;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
  readonly recordedAtMs: number; // the log's own clock
};

/** What the writer believes of the stream; a number is the revision of its last event. */
export type ExpectedRevision = 'any' | 'no-stream' | 'stream-exists' | number;

/** One batch for one stream: stored whole or not at all. */
export type AppendRequest = {
  readonly stream: string;
  readonly expected: ExpectedRevision;
  readonly events: readonly EventToAppend[];
};

/** What an append came to; anything but `appended` stored nothing. */
export type AppendOutcome =
  | {
      readonly kind: 'appended';
      readonly revision: number; // of the last event
      readonly position: bigint; // of the last event
      // one for each event; only the last when the driver cannot tell
      readonly positions: readonly bigint[];
    }
  | { readonly kind: 'conflict'; readonly revision: number | 'no-stream' | 'unknown' }
  | { readonly kind: 'stream-deleted' }
  | { readonly kind: 'too-large'; readonly maxBytes: number };

/** Which events of a stream, and in which direction. */
export type ReadStream = {
  readonly stream: string;
  readonly from: number | 'start' | 'end'; // inclusive; 'end' only backwards
  readonly direction: 'forwards' | 'backwards';
  readonly eventsMax?: number | undefined;
};

/** Which events of the whole log. */
export type ReadAll = {
  readonly after: bigint; // exclusive; 0n from the beginning
  readonly eventsMax?: number | undefined;
};

/** From where to follow the whole log, and which streams. */
export type SubscribeToAll = {
  readonly after: bigint; // exclusive
  readonly streamPrefixes?: readonly string[] | undefined;
  readonly signal: AbortSignal;
};

/**
 * Pages keep what one commit or one read brought together; caught-up comes once, between history
 * and live.
 */
export type SubscriptionItem =
  | { readonly kind: 'events'; readonly events: readonly RecordedEvent[] }
  | { readonly kind: 'checkpoint'; readonly position: bigint } // nothing of yours up to here
  | { readonly kind: 'caught-up' };

/** Exact counts since opening, for tests that count instead of timing. */
export type EventStoreCounters = {
  readonly appends: number; // requests answered 'appended'
  readonly flushes: number; // 0 where the driver cannot know
  readonly eventsWritten: number;
  readonly eventsRead: number;
};

/**
 * The machine could not be reached or did not answer in time: the outcome is unknown, repeat with
 * the same ids.
 */
export class EventStoreUnavailable extends Error {
  override readonly name = 'EventStoreUnavailable';
}
