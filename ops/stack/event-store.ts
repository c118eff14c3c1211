import { openEventStoreDb } from '../adapters/event-store/eventstoredb.ts';
import { ownProgram } from './own-program.ts';
import type { StackServer } from './server.ts';

const addressOf = (port: number) => `esdb://127.0.0.1:${port}?tls=false`;

/** Not EventStoreDB itself, but our log engine, which speaks its protocol. */
export const eventStore: StackServer = {
  name: 'event-store',
  missing: () => null,
  fetch: async () => undefined,
  command: (on) => ownProgram('serve-event-store.ts', on),
  isReady: async (port) => {
    await using asked = openEventStoreDb({ connectionString: addressOf(port) });
    return (await asked.health()).ok;
  },
  option: (port) => ({ name: 'PARLEY_EVENT_STORE', value: addressOf(port) }),
};
