import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { minio } from '../../stack/minio.ts';
import { seaweedfs } from '../../stack/seaweedfs.ts';
import type { TestServer } from '../../stack/testing.ts';
import { lackOf, openTestServer } from '../../stack/testing.ts';
import { objectsContract } from './contract.ts';
import { openS3Objects } from './s3.ts';

const buildMsMax = 3_000_000;

for (const program of [minio, seaweedfs]) {
  const missing = lackOf(program);
  let server: TestServer;
  const url = () => server.option.value;

  describe.skipIf(missing !== null)(`${program.name} (${missing ?? 'a server of its own'})`, () => {
    beforeAll(async () => {
      server = await openTestServer(program);
    }, buildMsMax);
    afterAll(() => server[Symbol.asyncDispose]());

    it.each([
      ['secret', (option: string) => option.replace(/:[^:@]+@/, ':another@'), /secret is wrong/],
      ['key', (option: string) => option.replace(/:\/\/[^:]+/, '://nobody'), /not know the key/],
      ['bucket', (option: string) => option.replace(/[^/]+$/, 'nothing'), /bucket is not there/],
    ])('says which part of PARLEY_OBJECTS is wrong: the %s', async (_, wrong, says) => {
      await expect(openS3Objects({ url: wrong(url()) })).rejects.toThrow(says);
    });

    objectsContract(program.name, async () => {
      const objects = await openS3Objects({ url: url() });
      return {
        ...{ objects, origin: 'http://127.0.0.1' },
        pass: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
        dispose: () => objects[Symbol.asyncDispose](),
      };
    });
  });
}
