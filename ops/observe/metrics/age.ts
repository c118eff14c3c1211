import { relayedPrefixes } from '../../../workers/relay/relay.ts';
import type { EventStore, RecordedEvent } from '../../adapters/event-store/port.ts';

const eventsMax = 32; // snapshots and other streams that do not travel lie between

/** The first event behind a position that has to travel; null when none of the next few has. */
export async function relayedEventAfter(
  eventStore: Pick<EventStore, 'readAll'>,
  after: bigint,
): Promise<RecordedEvent | null> {
  for await (const page of eventStore.readAll({ after, eventsMax })) {
    const found = page.find(({ stream }) =>
      relayedPrefixes.some((prefix) => stream.startsWith(prefix)),
    );
    if (found) return found;
  }
  return null;
}
