import { setTimeout } from 'node:timers/promises';
import type { AllStreamSubscription } from '@eventstore/db-client';
import { excludeSystemEvents, START } from '@eventstore/db-client';
import type { RecordedEvent, SubscribeToAll, SubscriptionItem } from '../port.ts';
import { isSystemEvent, toRecorded } from './contents.ts';
import type { Driver } from './driver.ts';
import type { Inbox } from './inbox.ts';
import { openInbox } from './inbox.ts';

/** The server tells how far it got after as many events that were not for us. */
const checkpointEveryEvents = 32;

/**
 * Follows the log over as many connections as it takes: when one is cut, the next begins after the
 * last position that was handed on, so nothing is missed or repeated. Streams are chosen here and
 * not by the server, because only so the reader learns at once of every position that is not for
 * it; the server's own events are left out there.
 */
export async function* subscribe(
  driver: Driver,
  { after, streamPrefixes, signal }: SubscribeToAll,
): AsyncGenerator<SubscriptionItem> {
  const over = AbortSignal.any([signal, driver.closed]);
  let position = after;
  let caughtUp = false;
  let delayMs = driver.retryDelayMsMin;
  while (!over.aborted) {
    const inbox = openInbox(over);
    const subscription = connect(driver, position, inbox);
    try {
      for await (const batch of inbox) {
        delayMs = driver.retryDelayMsMin;
        for (const item of itemsOf(batch, { streamPrefixes, after: position, caughtUp })) {
          if (over.aborted) return;
          if (item.kind === 'events') driver.count.eventsRead += item.events.length;
          if (item.kind === 'caught-up') caughtUp = true;
          yield item;
          position = positionOf(item) ?? position;
        }
      }
    } finally {
      void subscription.unsubscribe().catch(() => undefined);
    }
    if (over.aborted) return;
    await setTimeout(delayMs, undefined, { signal: over }).catch(() => undefined);
    delayMs = Math.min(delayMs * 2, driver.retryDelayMsMax);
  }
}

function connect({ client }: Driver, after: bigint, inbox: Inbox): AllStreamSubscription {
  const subscription = client.subscribeToAll({
    fromPosition: after === 0n ? START : { commit: after, prepare: after },
    filter: excludeSystemEvents({
      maxSearchWindow: checkpointEveryEvents,
      checkpointInterval: 1,
      checkpointReached: async (_subscription, { commit }) => {
        inbox.mark({ kind: 'checkpoint', position: commit }, subscription.readableLength);
      },
    }),
  });
  const give = (event: RecordedEvent): void => {
    inbox.take(event, subscription);
  };
  subscription
    .on('data', ({ event }) => event && give(toRecorded(event)))
    .on('caughtUp', () => inbox.mark({ kind: 'caught-up' }, subscription.readableLength))
    .on('error', inbox.end)
    .on('end', inbox.end)
    .on('close', inbox.end);
  return subscription;
}

type Marker = Exclude<SubscriptionItem, { readonly kind: 'events' }>;

type Seen = {
  readonly streamPrefixes: readonly string[] | undefined;
  readonly after: bigint;
  readonly caughtUp: boolean;
};

/** Wanted events that came together, then how far it went if that is farther. */
function* itemsOf(
  batch: readonly (RecordedEvent | Marker)[],
  { streamPrefixes, after, caughtUp }: Seen,
): Generator<SubscriptionItem> {
  let events: RecordedEvent[] = [];
  let told = after;
  let seen = after;
  const wanted = (event: RecordedEvent): boolean =>
    !isSystemEvent({ streamId: event.stream, type: event.type }) &&
    (streamPrefixes?.some((prefix) => event.stream.startsWith(prefix)) ?? true);
  const flush = function* (): Generator<SubscriptionItem> {
    const last = events.at(-1);
    if (last) yield { kind: 'events', events };
    told = last?.position ?? told;
    events = [];
    if (seen > told) yield { kind: 'checkpoint', position: seen };
    told = seen;
  };
  let known = caughtUp;
  for (const entry of batch) {
    if (!('kind' in entry)) {
      seen = entry.position;
      if (wanted(entry)) events.push(entry);
    } else if (entry.kind === 'checkpoint') {
      if (entry.position > seen) seen = entry.position;
    } else if (!known) {
      known = true;
      yield* flush();
      yield entry;
    }
  }
  yield* flush();
}

function positionOf(item: SubscriptionItem): bigint | null {
  if (item.kind === 'checkpoint') return item.position;
  return item.kind === 'events' ? (item.events.at(-1)?.position ?? null) : null;
}
