import { setTimeout as pause } from 'node:timers/promises';
import { EventStoreDBClient } from '@eventstore/db-client';
import type { Health } from '../../guard.ts';
import { append } from './eventstoredb/append.ts';
import type { Driver } from './eventstoredb/driver.ts';
import { end, head, keepNewest, readAll, readStream } from './eventstoredb/read.ts';
import { subscribe } from './eventstoredb/subscribe.ts';
import type { EventStore } from './port.ts';

export type EventStoreDbOptions = {
  readonly connectionString: string; // esdb://…, as EventStoreDB's own tools write it
  readonly deadlineMs?: number | undefined; // of one append; 10,000 unless told
  readonly retryDelayMsMin?: number | undefined; // of a subscription that was cut; 50 unless told
  readonly retryDelayMsMax?: number | undefined; // doubled up to this; 5,000 unless told
};

const disposeMsMax = 1_000;

/**
 * The log on an EventStoreDB, by its official client. Opening does not wait for the server: what
 * cannot reach it rejects with EventStoreUnavailable, and subscriptions try again until they can.
 */
export function openEventStoreDb(options: EventStoreDbOptions): EventStore {
  const { connectionString, deadlineMs = 10_000 } = options;
  const { retryDelayMsMin = 50, retryDelayMsMax = 5_000 } = options;
  const client = EventStoreDBClient.connectionString(connectionString);
  const closing = new AbortController();
  const count = { appends: 0, eventsWritten: 0, eventsRead: 0 };
  const driver: Driver = {
    ...{ client, deadlineMs, retryDelayMsMin, retryDelayMsMax, closed: closing.signal, count },
  };
  return {
    append: (request) => append(driver, request),
    readStream: (request) => readStream(driver, request),
    readAll: (request) => readAll(driver, request),
    subscribeToAll: (request) => subscribe(driver, request),
    keepNewest: (stream, newest) => keepNewest(driver, stream, newest),
    head: () => head(driver),
    end: () => end(driver),
    health: () => healthOf(driver),
    counters: () => ({ ...count, flushes: 0 }),
    [Symbol.asyncDispose]: async () => {
      closing.abort();
      // It waits for each of its streams to say that it ended. Of one that was cancelled while it
      // opened, this was seen to come after ten seconds or never.
      await Promise.race([client.dispose(), pause(disposeMsMax, undefined, { ref: false })]);
    },
  };
}

async function healthOf(driver: Driver): Promise<Health> {
  try {
    await head(driver);
    return { ok: true };
  } catch (cause) {
    return { ok: false, reason: cause instanceof Error ? cause.message : 'unknown' };
  }
}
