import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Upload } from '../port.ts';
import { partBytesMin } from '../port.ts';
import type { Opened } from './opened.ts';
import { all, bytesOf, noise, sendPart, sha256 } from './opened.ts';

const link = { bytesMax: 16 * 1_024 * 1_024, expiresInMs: 60_000 };

/** In parts, as phones bring films over lines that break. */
export function uploadsContract(opened: () => Opened): void {
  const uploads = () => opened().objects.uploads;
  const begun = (key = `parts/${randomUUID()}`, stated = {}): Promise<Upload> =>
    uploads().begin(key, { contentType: 'video/mp4', ...stated });
  const send = async (upload: Upload, part: number, body: Uint8Array) => {
    const url = await uploads().presignPart(upload, part, link);
    return (await sendPart(opened(), url, body)).status;
  };
  const numbersOf = async (upload: Upload) =>
    (await uploads().parts(upload))?.map(({ part }) => part) ?? null;

  describe('an upload in parts', () => {
    it('is whole, in whatever order they come, with the newest of each number', async () => {
      const upload = await begun();
      const [first, second, third] = [noise(partBytesMin), noise(partBytesMin + 1), noise(77)];
      expect(await send(upload, 3, third)).toBe(200);
      expect(await send(upload, 1, noise(partBytesMin + 5))).toBe(200);
      expect(await send(upload, 2, second)).toBe(200);
      await opened().pass(1_100);
      expect(await send(upload, 1, first)).toBe(200);
      const whole = Buffer.concat([first, second, third]);
      const parts = await uploads().parts(upload);
      expect(parts?.map(({ part, bytes }) => [part, bytes])).toEqual([
        ...[first, second, third].map(({ length }, at) => [at + 1, length]),
      ]);
      expect(await opened().objects.stat(upload.key)).toBeNull();
      const completed = await uploads().complete(upload, { parts: 3, bytes: whole.length });
      expect(completed).toMatchObject({ kind: 'completed' });
      const found = await opened().objects.get(upload.key);
      expect(found).toMatchObject({ stat: { contentType: 'video/mp4', bytes: whole.length } });
      expect(found).toMatchObject({
        stat: { etag: completed.kind === 'completed' && completed.etag },
      });
      expect(sha256(await bytesOf(found))).toBe(sha256(whole));
      expect(await uploads().parts(upload)).toBeNull();
    });

    it('says the hash that was claimed when it began', async () => {
      const claimed = sha256(Buffer.from('claimed'));
      const upload = await begun(undefined, { sha256: claimed });
      await send(upload, 1, noise(9));
      await uploads().complete(upload, { parts: 1, bytes: 9 });
      expect(await opened().objects.stat(upload.key)).toMatchObject({ sha256: claimed });
    });

    it('is not completed while parts are missing, too small or of another size', async () => {
      const upload = await begun();
      const complete = (parts: number, bytes: number) =>
        uploads().complete(upload, { parts, bytes });
      await send(upload, 2, noise(10));
      await send(upload, 4, noise(10));
      const missing = { kind: 'refused', because: 'parts-missing' };
      expect(await complete(4, 20)).toEqual({ ...missing, parts: [1, 3] });
      await send(upload, 1, noise(partBytesMin - 1));
      const small = { kind: 'refused', because: 'part-too-small', part: 1 };
      expect(await complete(2, partBytesMin + 9)).toEqual(small);
      await opened().pass(1_100);
      await send(upload, 1, noise(partBytesMin));
      const other = { kind: 'refused', because: 'other-size', bytes: partBytesMin + 10 };
      expect(await complete(2, partBytesMin)).toEqual(other);
      expect(await opened().objects.stat(upload.key)).toBeNull();
      expect(await numbersOf(upload)).toEqual([1, 2, 4]);
      expect(await complete(2, partBytesMin + 10)).toMatchObject({ kind: 'completed' });
    });

    it('is gone once it is aborted, with its parts; aborting it again is done', async () => {
      const upload = await begun();
      await send(upload, 1, noise(9));
      const url = await uploads().presignPart(upload, 2, link);
      await uploads().abort(upload);
      await uploads().abort(upload);
      expect(await uploads().parts(upload)).toBeNull();
      expect((await sendPart(opened(), url, noise(9))).status).toBe(404);
      const completed = await uploads().complete(upload, { parts: 1, bytes: 9 });
      expect(completed).toEqual({ kind: 'refused', because: 'no-such-upload' });
      expect(await opened().objects.stat(upload.key)).toBeNull();
    });

    it('is over once it is completed', async () => {
      const upload = await begun();
      await send(upload, 1, noise(9));
      const complete = () => uploads().complete(upload, { parts: 1, bytes: 9 });
      expect(await complete()).toMatchObject({ kind: 'completed' });
      expect(await complete()).toEqual({ kind: 'refused', because: 'no-such-upload' });
    });

    it('takes no part by a link for another one, after its time, or unsigned', async () => {
      const upload = await begun();
      const url = await uploads().presignPart(upload, 1, link);
      const short = await uploads().presignPart(upload, 1, { ...link, expiresInMs: 1_000 });
      const wrong = [
        url.replace(/partNumber=1|\/1(?=\?)/, (found) => found.replace('1', '2')),
        url.replace(/[&?][\w-]*signature=[^&]*/i, ''),
        url.replace(/signature=[^&]{8}/i, 'signature=00000000'),
      ];
      await opened().pass(2_500);
      for (const each of [short, ...wrong]) {
        expect(each).not.toBe(url);
        expect([400, 403]).toContain((await sendPart(opened(), each, noise(9))).status);
      }
      expect(await numbersOf(upload)).toEqual([]);
      await uploads().abort(upload);
    });

    it('is listed while it is unfinished, with its beginning, and then no more', async () => {
      const begin = `unfinished/${randomUUID()}`;
      const [one, two, three] = [
        await begun(`${begin}/b`),
        await begun(`${begin}/a`),
        await begun(`${begin}/c`),
      ];
      await send(one, 1, noise(9));
      const listed = await all(uploads().unfinished(`${begin}/`));
      expect(listed.map(({ key, uploadId }) => ({ key, uploadId }))).toEqual([two, one, three]);
      for (const { beganAtMs } of listed) {
        expect(Math.abs(beganAtMs - Date.now())).toBeLessThan(120_000);
      }
      await uploads().complete(one, { parts: 1, bytes: 9 });
      await uploads().abort(two);
      const left = await all(uploads().unfinished(`${begin}/`));
      expect(left.map(({ uploadId }) => uploadId)).toEqual([three.uploadId]);
      await uploads().abort(three);
    });
  });
}
