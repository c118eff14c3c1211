import { eventStoreOn } from './embedded.ts';
import { openEngine } from './engine.ts';
import { openEventStoreDb } from './eventstoredb.ts';
import type { EventStore } from './port.ts';
import { serveEventStore } from './server/serve.ts';

/** Which driver, and what it needs to know. */
export type EventStoreConfig =
  | {
      readonly kind: 'embedded';
      readonly path: string; // of the file
      /** Also serves it over EventStoreDB's protocol on this port of loopback; null: does not. */
      readonly servePort?: number | null | undefined;
    }
  | { readonly kind: 'eventstoredb'; readonly connectionString: string };

/** Chooses the driver; rejects with PlainError when the file cannot be opened or the port is taken. */
export async function openEventStore(config: EventStoreConfig): Promise<EventStore> {
  if (config.kind === 'eventstoredb') {
    return openEventStoreDb({ connectionString: config.connectionString });
  }
  await using opened = new AsyncDisposableStack();
  const engine = opened.use(await openEngine({ path: config.path }));
  const { servePort } = config;
  if (typeof servePort === 'number') {
    opened.adopt(await serveEventStore(engine, { port: servePort }), (server) => server.dispose());
  }
  const kept = opened.move();
  return { ...eventStoreOn(engine), [Symbol.asyncDispose]: () => kept.disposeAsync() };
}
