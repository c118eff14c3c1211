import { join } from 'node:path';
import { openEventStore } from '../adapters/event-store/open.ts';
import { untilStopped } from '../until-stopped.ts';

/** Our event store over EventStoreDB's protocol; its log lies in the folder it is started in. */
const [port = ''] = process.argv.slice(2);
const stopped = untilStopped();
const eventStore = await openEventStore({
  ...{ kind: 'embedded', path: join(process.cwd(), 'events.db') },
  serveAt: { port: Number(port), orAny: false },
});
await stopped;
await eventStore[Symbol.asyncDispose]();
