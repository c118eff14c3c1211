import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { minio } from '../../stack/minio.ts';
import { seaweedfs } from '../../stack/seaweedfs.ts';
import type { TestServer } from '../../stack/testing.ts';
import { lackOf, openTestServer } from '../../stack/testing.ts';
import type { Objects } from './port.ts';
import { ObjectsUnavailable, partBytesMin } from './port.ts';
import { openS3Objects } from './s3.ts';
import { all, bytesOf, noise, sendForm, sendPart, sha256 } from './testing/opened.ts';

const here = { origin: 'http://127.0.0.1' };
const buildMsMax = 3_000_000;
const programs = [minio, seaweedfs];

describe.each(programs)('$name, killed and back,', (program) => {
  const missing = lackOf(program);
  let server: TestServer;
  let objects: Objects;

  beforeAll(async () => {
    if (missing !== null) return;
    server = await openTestServer(program);
    objects = await openS3Objects({ url: server.option.value, silenceMs: 5_000 });
  }, buildMsMax);
  afterAll(async () => {
    await objects?.[Symbol.asyncDispose]();
    await server?.[Symbol.asyncDispose]();
  });
  const test = it.skipIf(missing !== null);
  const back = async () => {
    await server.start();
    await vi.waitUntil(async () => (await objects.health()).ok, { timeout: 60_000, interval: 20 });
  };

  test('has every object that it answered for, and nothing of what it did not', async () => {
    const [kept, cut] = [`away/${randomUUID()}`, `away/${randomUUID()}`];
    const body = noise(300_000);
    await objects.put(kept, body, { contentType: 'image/png', bytesMax: body.length });
    const begun = Promise.withResolvers<void>();
    async function* slowly() {
      yield noise(9_000_000);
      begun.resolve();
      await server.kill();
      yield noise(9_000_000);
    }
    const put = objects.put(cut, slowly(), { contentType: 'image/png', bytesMax: 1e8 });
    await begun.promise;
    await expect(put).rejects.toBeInstanceOf(ObjectsUnavailable);
    expect(await objects.health()).toMatchObject({ ok: false });
    await back();
    expect(sha256(await bytesOf(await objects.get(kept)))).toBe(sha256(body));
    expect(await objects.stat(cut)).toBeNull();
  });

  test('goes on with an upload in parts from those that it had', async () => {
    const upload = await objects.uploads.begin(`away/${randomUUID()}`, {
      contentType: 'video/mp4',
    });
    const [first, second] = [noise(partBytesMin), noise(1_000)];
    const link = { bytesMax: partBytesMin, expiresInMs: 600_000 };
    const urls = [
      await objects.uploads.presignPart(upload, 1, link),
      await objects.uploads.presignPart(upload, 2, link),
    ] as const;
    expect((await sendPart(here, urls[0], first)).status).toBe(200);
    await server.kill();
    await expect(sendPart(here, urls[1], second)).rejects.toThrow();
    await back();
    expect((await objects.uploads.parts(upload))?.map(({ part }) => part)).toEqual([1]);
    expect((await sendPart(here, urls[1], second)).status).toBe(200);
    const bytes = first.length + second.length;
    const completed = await objects.uploads.complete(upload, { parts: 2, bytes });
    expect(completed).toMatchObject({ kind: 'completed' });
    const whole = await bytesOf(await objects.get(upload.key));
    expect(sha256(whole)).toBe(sha256(Buffer.concat([first, second])));
  });

  test('knows the uploads that were left unfinished, and takes forms signed before', async () => {
    const key = `left/${randomUUID()}`;
    const upload = await objects.uploads.begin(key, { contentType: 'video/mp4' });
    const policy = { key: `${key}-form`, contentType: 'image/png', bytesMin: 0, bytesMax: 9 };
    const post = await objects.presignPost({ ...policy, expiresInMs: 600_000 });
    await server.kill();
    await back();
    const ids = (await all(objects.uploads.unfinished(key))).map(({ uploadId }) => uploadId);
    expect(ids).toEqual([upload.uploadId]);
    expect((await sendForm(here, post, noise(9))).ok).toBe(true);
    await objects.uploads.abort(upload);
    expect(await all(objects.uploads.unfinished(key))).toEqual([]);
  });
});
