import { openEmbeddedEventStore } from './embedded.ts';
import { openEventStoreDb } from './eventstoredb.ts';
import type { EventStore } from './port.ts';

/** Which driver, and what it needs to know. */
export type EventStoreConfig =
  | { readonly kind: 'embedded'; readonly path: string } // of the file
  | { readonly kind: 'eventstoredb'; readonly connectionString: string };

/** Chooses the driver; rejects with PlainError when the file cannot be opened. */
export async function openEventStore(config: EventStoreConfig): Promise<EventStore> {
  if (config.kind === 'embedded') return openEmbeddedEventStore({ path: config.path });
  return openEventStoreDb({ connectionString: config.connectionString });
}
