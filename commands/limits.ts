/** Bounds of the pipeline; each says what happens when it is reached. */
export type CommandLimits = {
  /** Waiting for one stream; more are refused at once with a retry hint. */
  readonly queuedPerStreamMax: number;
  /** Waiting for all streams; likewise. */
  readonly queuedMax: number;
  /** Events of one append; what is left waits for the next. */
  readonly batchEventsMax: number;
  /** Reloads after conflicts with another process; then the answer is `conflict`. */
  readonly conflictRoundsMax: number;
  /** A snapshot is written when this many events came since the last. */
  readonly snapshotEveryEvents: number;
  /** Records (messages, members) held by cached states together; the least used are dropped. */
  readonly cachedRecordsMax: number;
  /** What a refused or failed caller is told to wait. */
  readonly retryAfterMs: number;
  /** One mark a person and conversation in this time. */
  readonly markEveryMs: number;
  /** Marks held back together; more are stored at once. */
  readonly heldMarksMax: number;
};

// No load reads more than snapshotEveryEvents + batchEventsMax events: 956 of the 1,000 promised.
export const commandLimits: CommandLimits = {
  queuedPerStreamMax: 4_096,
  queuedMax: 20_000,
  batchEventsMax: 256,
  conflictRoundsMax: 5,
  snapshotEveryEvents: 700,
  cachedRecordsMax: 500_000,
  retryAfterMs: 500,
  markEveryMs: 1_000,
  heldMarksMax: 100_000,
};
