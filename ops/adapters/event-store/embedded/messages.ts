import type { EventToAppend, ExpectedRevision } from '../port.ts';

/** What the caller's thread sends the writer, several at a time. */
export type WriteRequest = {
  readonly ticket: number;
  readonly stream: string;
  readonly expected: ExpectedRevision;
  readonly events: readonly EventToAppend[];
};

/** What came of one request; positions of an append are consecutive and end at the given one. */
export type WriteResult =
  | {
      readonly ticket: number;
      readonly kind: 'appended';
      readonly revision: number;
      readonly position: number;
      readonly fresh: boolean; // false: it was there already
    }
  | { readonly ticket: number; readonly kind: 'conflict'; readonly revision: number | 'no-stream' }
  | { readonly ticket: number; readonly kind: 'stream-deleted' }
  | { readonly ticket: number; readonly kind: 'failed'; readonly reason: string };

export type FromWriter =
  | { readonly kind: 'ready' }
  | { readonly kind: 'unusable'; readonly reason: string }
  /** One flush of the device: its results, and where the log ends now. */
  | { readonly kind: 'flushed'; readonly results: readonly WriteResult[]; readonly head: number };
