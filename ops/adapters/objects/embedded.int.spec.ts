import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Fastify from 'fastify';
import { registerObjects } from '../../../api/http/objects.ts';
import { objectsContract } from './contract.ts';
import { openEmbeddedObjects } from './embedded.ts';

objectsContract('embedded', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'parley-objects-'));
  let passedMs = 0;
  const objects = openEmbeddedObjects({ folder, now: () => Date.now() + passedMs });
  const server = Fastify();
  if (objects.handler) registerObjects(server, objects.handler);
  const origin = await server.listen({ port: 0 });
  return {
    ...{ objects, origin },
    pass: async (ms) => {
      passedMs += ms;
    },
    dispose: async () => {
      await server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
});
