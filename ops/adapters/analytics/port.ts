import type { Machine } from '../../guard.ts';

/**
 * Facts without personal text, for questions over all of history. A copy that can be rebuilt from
 * the event log at any time. One SQL (ClickHouse's) whatever runs; the embedded engine is the same
 * one in a process of its own. Promises of every driver:
 * - a batch that is inserted again under its token counts nothing twice, within the last 10,000
 *   batches of a table;
 * - `ask` can read only what its reader may, within its bounds in rows and time.
 * A machine that does not answer in time rejects with AnalyticsUnavailable: whether a batch was
 * written is not known then, and it is inserted again under the same token.
 */
export type Analytics = Machine & {
  /** Runs statements that make or change tables, one after the other; each must bear repetition. */
  define(statements: readonly string[]): Promise<void>;
  /** All rows or none. The token names the batch: same token, same rows. */
  insert(batch: FactBatch): Promise<void>;
  /** Rows as objects by column; 64-bit integers as decimal strings. */
  ask<Row>(question: Question): Promise<readonly Row[]>;
};

/** Rows with the same columns, and the token under which they count once. */
export type FactBatch = {
  readonly table: string;
  readonly token: string;
  readonly rows: readonly Readonly<Record<string, FactValue>>[];
};
/** What a column takes: 64-bit integers as decimal strings, times as ISO 8601 in UTC. */
export type FactValue = string | number | boolean | null | readonly string[];

/** One SELECT, and who asks it. */
export type Question = {
  /** With {name:Type} where a value stands; no format clause. */
  readonly sql: string;
  readonly values?: Readonly<Record<string, FactValue>> | undefined;
  /** `analyst` may only read, and only so much; `platform` is ours. */
  readonly as: 'analyst' | 'platform';
};

/** What an analyst's question may use. */
export const analystBounds = { seconds: 10, rowsMax: 10_000, bytesMax: 2_000_000_000 };

/** The engine did not answer in time, cannot be reached, or is switched off on this machine. */
export class AnalyticsUnavailable extends Error {
  override readonly name: string = 'AnalyticsUnavailable';
}
/** It is switched off until this process starts again: asking once more is of no use. */
export class AnalyticsSwitchedOff extends AnalyticsUnavailable {
  override readonly name = 'AnalyticsSwitchedOff';
}
/** The question is wrong, or asks for more than its reader may; the message says what. */
export class QuestionRefused extends Error {
  override readonly name = 'QuestionRefused';
}
