import { eventStoreOn } from './embedded.ts';
import type { Engine } from './engine.ts';
import { openEngine } from './engine.ts';
import { openEventStoreDb } from './eventstoredb.ts';
import type { EventStore } from './port.ts';
import type { EventStoreServer } from './server/serve.ts';
import { serveEventStore } from './server/serve.ts';

/** Which driver, and what it needs to know. */
export type EventStoreConfig =
  | {
      readonly kind: 'embedded';
      readonly path: string; // of the file
      /** Also serves it over EventStoreDB's protocol on loopback; null: does not. */
      readonly serveAt?: ServeAt | null | undefined;
    }
  | { readonly kind: 'eventstoredb'; readonly connectionString: string };

/** A port, 0 for any; `orAny` takes another when that one is in use. */
export type ServeAt = { readonly port: number; readonly orAny: boolean };

/** With the address at which other processes reach it; null where it is not served. */
export type OpenedEventStore = EventStore & { readonly address: string | null };

/** Chooses the driver; a file that cannot be opened and a port in use are told as PlainError. */
export async function openEventStore(config: EventStoreConfig): Promise<OpenedEventStore> {
  if (config.kind === 'eventstoredb') {
    const { connectionString } = config;
    return { ...openEventStoreDb({ connectionString }), address: connectionString };
  }
  await using opened = new AsyncDisposableStack();
  const engine = opened.use(await openEngine({ path: config.path }));
  const server = config.serveAt ? await serve(engine, config.serveAt) : null;
  opened.defer(async () => server?.dispose());
  const kept = opened.move();
  return {
    ...eventStoreOn(engine),
    address: server && `esdb://127.0.0.1:${server.port}?tls=false`,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

function serve(engine: Engine, { port, orAny }: ServeAt): Promise<EventStoreServer> {
  const first = serveEventStore(engine, { port });
  return orAny ? first.catch(() => serveEventStore(engine, { port: 0 })) : first;
}
