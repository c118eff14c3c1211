import { eventStoreContract } from './contract.ts';
import { openEngine } from './engine.ts';
import { openEventStoreDb } from './eventstoredb.ts';
import { serveEventStore } from './server/serve.ts';
import { newFolder } from './testing/folder.ts';

eventStoreContract('EventStoreDB by its own client', async () => {
  const { path, dispose } = await newFolder();
  const engine = await openEngine({ path });
  const server = await serveEventStore(engine, { port: 0 });
  const store = openEventStoreDb({ connectionString: `esdb://127.0.0.1:${server.port}?tls=false` });
  return {
    store,
    dispose: async () => {
      await store[Symbol.asyncDispose]();
      await server.dispose();
      await engine[Symbol.asyncDispose]();
      await dispose();
    },
  };
});
