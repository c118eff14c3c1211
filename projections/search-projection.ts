import type { ConversationId, UserId } from '../domain/ids.ts';
import type { ParleyEvent } from '../domain/recorded.ts';
import type { IndexChange, IndexName } from '../ops/adapters/search/port.ts';

/**
 * A question that is asked in words, answered from the log. `changes` is pure; a changed rule
 * raises the version, which builds the index anew beside the one that serves.
 */
export type SearchProjection = {
  readonly name: string;
  readonly version: number;
  readonly index: IndexName;
  /** Event types it reads; others cost nothing. */
  readonly handles: ReadonlySet<string>;
  readonly changes: (recorded: ParleyEvent) => readonly SearchChange[];
};

/**
 * What an event wants done to an index. An index takes whole documents, and some events hold only
 * what changed: the rest of the document is what the read models say once they hold the event.
 */
export type SearchChange = IndexChange | MessageAmendment | PersonAmendment;

/** A message as the read models have it; with this text, where the event brought one. */
export type MessageAmendment = {
  readonly kind: 'amend-message';
  readonly id: string;
  readonly version: bigint;
  readonly conversationId: ConversationId;
  readonly number: number;
  readonly text: string | undefined;
};

/** A person as the read models have her. */
export type PersonAmendment = {
  readonly kind: 'amend-person';
  readonly id: UserId;
  readonly version: bigint;
};
