import { openEmbeddedEventStore } from './embedded.ts';
import type { EventStore } from './port.ts';

export type EventStoreConfig = { readonly kind: 'embedded'; readonly path: string };

/** Chooses the driver. */
export function openEventStore(config: EventStoreConfig): Promise<EventStore> {
  return openEmbeddedEventStore({ path: config.path });
}
