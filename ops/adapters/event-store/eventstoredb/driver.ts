import type { EventStoreDBClient } from '@eventstore/db-client';

/** What the parts of the driver share. */
export type Driver = {
  readonly client: EventStoreDBClient;
  readonly deadlineMs: number;
  readonly retryDelayMsMin: number;
  readonly retryDelayMsMax: number;
  readonly closed: AbortSignal;
  readonly count: { appends: number; eventsWritten: number; eventsRead: number };
};
