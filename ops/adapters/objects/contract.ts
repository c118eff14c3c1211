import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BadObjectRequest } from './port.ts';
import { linksContract } from './testing/links.ts';
import type { Opened } from './testing/opened.ts';
import { all, bytesOf, noise, sha256 } from './testing/opened.ts';
import { uploadsContract } from './testing/uploads.ts';

const bytesMax = 64 * 1_024 * 1_024;

/** What every driver of the port must do. */
export function objectsContract(name: string, open: () => Promise<Opened>): void {
  describe(`objects, ${name},`, () => {
    let opened: Opened | null = null;
    const current = (): Opened => {
      if (opened === null) throw new Error('objects are opened before the first test');
      return opened;
    };
    beforeAll(async () => {
      opened = await open();
    });
    afterAll(() => opened?.dispose());

    keepingContract(current);
    listingContract(current);
    linksContract(current);
    uploadsContract(current);
  });
}

function keepingContract(opened: () => Opened): void {
  const objects = () => opened().objects;
  const put = (key: string, body: Uint8Array | AsyncIterable<Uint8Array>, more = {}) =>
    objects().put(key, body, { contentType: 'image/png', bytesMax, ...more });

  it.each([0, 1, 20 * 1_024 * 1_024])(
    'keeps %i bytes as they are, with their type',
    async (bytes) => {
      const [key, body] = [`kept/${randomUUID()}`, noise(bytes)];
      const outcome = await put(key, body, { sha256: sha256(body) });
      expect(outcome).toMatchObject({ kind: 'stored', bytes });
      const found = await objects().get(key);
      expect(sha256(await bytesOf(found))).toBe(sha256(body));
      const stat = await objects().stat(key);
      expect(stat).toMatchObject({ key, bytes, contentType: 'image/png', sha256: sha256(body) });
      expect(stat).toMatchObject({ etag: outcome.kind === 'stored' && outcome.etag });
      expect(Math.abs((stat?.modifiedAtMs ?? 0) - Date.now())).toBeLessThan(120_000);
    },
  );

  it('keeps what comes in pieces of any size', async () => {
    const [key, body] = [`kept/${randomUUID()}`, noise(20 * 1_024 * 1_024 + 7)];
    async function* pieces() {
      for (let at = 0, size = 1; at < body.length; at += size, size = (size * 3) % 1_000_003) {
        yield body.subarray(at, at + size);
      }
    }
    expect(await put(key, pieces())).toMatchObject({ kind: 'stored', bytes: body.length });
    expect(sha256(await bytesOf(await objects().get(key)))).toBe(sha256(body));
  });

  it('reads ranges, both ends counted', async () => {
    const key = `kept/${randomUUID()}`;
    await put(key, Buffer.from('0123456789'));
    const range = async (first: number, last?: number) =>
      String(await bytesOf(await objects().get(key, { first, last })));
    expect([await range(0, 0), await range(2, 4), await range(7), await range(5, 99)]).toEqual([
      ...['0', '234', '789', '56789'],
    ]);
    expect(await objects().get(key, { first: 10 })).toEqual({ kind: 'beyond-the-end' });
  });

  it('says of what is not there that it is not', async () => {
    const key = `never/${randomUUID()}`;
    expect(await objects().get(key)).toEqual({ kind: 'not-found' });
    expect(await objects().stat(key)).toBeNull();
    await objects().delete(key);
  });

  it('overwrites, also by less, and another etag says so', async () => {
    const key = `kept/${randomUUID()}`;
    const one = await put(key, noise(9_000));
    const two = await put(key, Buffer.from('less'), { contentType: 'text/plain' });
    expect(String(await bytesOf(await objects().get(key)))).toBe('less');
    expect(await objects().stat(key)).toMatchObject({ bytes: 4, contentType: 'text/plain' });
    expect(one.kind === 'stored' && two.kind === 'stored' && one.etag !== two.etag).toBe(true);
  });

  it('deletes for good', async () => {
    const key = `kept/${randomUUID()}/deep/er`;
    await put(key, noise(10));
    await objects().delete(key);
    expect(await objects().get(key)).toEqual({ kind: 'not-found' });
    await put(key, noise(11));
    expect(await objects().stat(key)).toMatchObject({ bytes: 11 });
  });

  it('lets only one put what must not be there', async () => {
    const key = `once/${randomUUID()}`;
    const outcomes = await Promise.all(
      ['a', 'b', 'c'].map((body) => put(key, Buffer.from(body), { ifAbsent: true })),
    );
    expect(outcomes.filter(({ kind }) => kind === 'stored')).toHaveLength(1);
    expect(outcomes).toContainEqual({ kind: 'refused', because: 'exists' });
    expect(await objects().stat(key)).toMatchObject({ bytes: 1 });
  });

  it.each([1_000, 12_000_000])('refuses more than %i bytes, and keeps nothing', async (most) => {
    const key = `much/${randomUUID()}`;
    const outcome = await put(key, noise(most + 1), { bytesMax: most });
    expect(outcome).toEqual({ kind: 'refused', because: 'too-large' });
    expect(await objects().stat(key)).toBeNull();
    expect(await put(key, noise(most), { bytesMax: most })).toMatchObject({ kind: 'stored' });
  });

  it.each([10, 12_000_000])(
    'refuses %i bytes of another hash, and keeps nothing',
    async (bytes) => {
      const key = `hash/${randomUUID()}`;
      const outcome = await put(key, noise(bytes), { sha256: sha256(Buffer.from('other')) });
      expect(outcome).toEqual({ kind: 'refused', because: 'other-hash' });
      expect(await objects().stat(key)).toBeNull();
    },
  );

  it('keeps nothing of a body that fails on its way', async () => {
    const key = `failed/${randomUUID()}`;
    async function* failing() {
      yield noise(12_000_000);
      throw new Error('planted');
    }
    await expect(put(key, failing())).rejects.toThrow('planted');
    expect(await objects().stat(key)).toBeNull();
    expect(await all(objects().uploads.unfinished(key))).toEqual([]);
  });

  const wrongKeys = [
    '',
    '/',
    'a//b',
    '../a',
    'a/..',
    'a/../b',
    'a/',
    '.a',
    'a/%2e',
    'A',
    'é',
    'a\0',
  ];
  it.each(wrongKeys)('takes no key like %j', async (key) => {
    await expect(put(key, noise(1))).rejects.toBeInstanceOf(BadObjectRequest);
    await expect(objects().get(key)).rejects.toThrow(/^key is wrong/);
  });

  it('is healthy', async () => {
    expect(await objects().health()).toEqual({ ok: true });
  });
}

function listingContract(opened: () => Opened): void {
  it('lists by the beginning of keys, ascending, whatever folders a disk makes', async () => {
    const { objects } = opened();
    const begin = `list/${randomUUID()}`;
    const keys = ['b/b', 'a/b/c', 'b.c', 'b0', 'a/d', 'b/a', 'b-c'].map((end) => `${begin}/${end}`);
    for (const key of keys) {
      await objects.put(key, noise(3), { contentType: 'image/png', bytesMax });
    }
    const listed = await all(objects.list(`${begin}/`));
    expect(listed.map(({ key }) => key)).toEqual([...keys].sort());
    expect(listed[0]).toMatchObject({ bytes: 3 });
    const some = await all(objects.list(`${begin}/a/`));
    expect(some.map(({ key }) => key)).toEqual([`${begin}/a/b/c`, `${begin}/a/d`]);
    expect(await all(objects.list(`${begin}/none`))).toEqual([]);
  });
}
