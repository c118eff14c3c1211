import { eventStoreContract } from './contract.ts';
import { openEmbeddedEventStore } from './embedded.ts';
import { newFolder } from './testing/folder.ts';

eventStoreContract('embedded', async () => {
  const { path, dispose } = await newFolder();
  const store = await openEmbeddedEventStore({ path });
  return {
    store,
    dispose: async () => {
      await store[Symbol.asyncDispose]();
      await dispose();
    },
  };
});
