import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { PostPolicy, PresignedPost } from '../port.ts';
import type { Opened } from './opened.ts';
import { bytesOf, fetched, noise, sendForm } from './opened.ts';

const expiresInMs = 60_000;

/** Over HTTP, as browsers and phones come. */
export function linksContract(opened: () => Opened): void {
  describe('a form', () => {
    formContract(opened);
  });
  describe('a link', () => {
    linkContract(opened);
  });
}

function formContract(opened: () => Opened): void {
  const objects = () => opened().objects;
  const policyOf = (more: Partial<PostPolicy> = {}): PostPolicy => ({
    ...{ key: `form/${randomUUID()}`, contentType: 'image/png' },
    ...{ bytesMin: 1, bytesMax: 1_000, expiresInMs, ...more },
  });
  const refused = async (response: Promise<Response>, key: string) => {
    const { status } = await response;
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
    expect(await objects().stat(key)).toBeNull();
  };

  it.each([1, 1_000])('stores %i bytes with the type that was stated', async (bytes) => {
    const policy = policyOf();
    const body = noise(bytes);
    const { ok } = await sendForm(opened(), await objects().presignPost(policy), body);
    expect(ok).toBe(true);
    expect(await bytesOf(await objects().get(policy.key))).toEqual(body);
    expect(await objects().stat(policy.key)).toMatchObject({ bytes, contentType: 'image/png' });
  });

  it('stores 20 MB, and nothing, where the policy lets it', async () => {
    for (const bytes of [0, 20_000_000]) {
      const policy = policyOf({ bytesMin: 0, bytesMax: 20_000_000 });
      const { ok } = await sendForm(opened(), await objects().presignPost(policy), noise(bytes));
      expect(ok).toBe(true);
      expect(await objects().stat(policy.key)).toMatchObject({ bytes });
    }
  });

  it('does not guess a type from what is in it', async () => {
    const policy = policyOf();
    const page = Buffer.from('<!doctype html><script>alert(1)</script>');
    await sendForm(opened(), await objects().presignPost(policy), page);
    expect(await objects().stat(policy.key)).toMatchObject({ contentType: 'image/png' });
  });

  it.each([0, 1_001, 3_000_000])('refuses %i bytes where 1 to 1,000 may come', async (bytes) => {
    const policy = policyOf();
    await refused(
      sendForm(opened(), await objects().presignPost(policy), noise(bytes)),
      policy.key,
    );
  });

  it.each<[string, (post: PresignedPost) => Record<string, string>]>([
    ['another type', ({ fields }) => ({ ...fields, 'Content-Type': 'text/html' })],
    ['another signature', ({ fields }) => changed(fields, /signature$/i)],
    ['another policy', ({ fields }) => changed(fields, /^policy$/)],
    ['no policy', ({ fields: { policy: _, ...others } }) => others],
  ])('refuses %s', async (_, tamper) => {
    const policy = policyOf();
    const post = await objects().presignPost(policy);
    await refused(sendForm(opened(), { ...post, fields: tamper(post) }, noise(10)), policy.key);
  });

  it('refuses another key, and stores under neither', async () => {
    const [policy, other] = [policyOf(), `form/${randomUUID()}`];
    const post = await objects().presignPost(policy);
    const fields = { ...post.fields, key: other };
    await refused(sendForm(opened(), { ...post, fields }, noise(10)), policy.key);
    expect(await objects().stat(other)).toBeNull();
  });

  it('refuses what comes after its time', async () => {
    const policy = policyOf({ expiresInMs: 1_000 });
    const post = await objects().presignPost(policy);
    await opened().pass(2_500);
    await refused(sendForm(opened(), post, noise(10)), policy.key);
  });
}

function linkContract(opened: () => Opened): void {
  const objects = () => opened().objects;
  const stored = async (body: Uint8Array, contentType = 'image/png') => {
    const key = `link/${randomUUID()}`;
    await objects().put(key, body, { contentType, bytesMax: body.length });
    return key;
  };
  const linkOf = (key: string, more = {}) =>
    objects().presignGet(key, {
      ...{ contentType: 'image/png', show: 'inline', fileName: 'cat.png', expiresInMs, ...more },
    });

  it('brings the bytes with the type that it states, whatever they look like', async () => {
    const page = Buffer.from('<!doctype html><script>alert(1)</script>');
    const key = await stored(page, 'text/html');
    const response = await fetched(opened(), await linkOf(key));
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'image/png']);
    expect(Buffer.from(await response.arrayBuffer())).toEqual(page);
  });

  it.each([
    ['image/png', 'inline', 'inline'],
    ['image/png', 'download', 'attachment'],
    ['image/svg+xml', 'inline', 'attachment'],
    ['text/html', 'inline', 'attachment'],
    ['application/pdf', 'inline', 'attachment'],
  ])('of %s, %s, is shown as %s', async (contentType, show, expected) => {
    const link = await linkOf(await stored(noise(9)), { contentType, show });
    const { headers } = await fetched(opened(), link);
    expect(headers.get('content-disposition')).toMatch(new RegExp(`^${expected};`));
  });

  it('carries names in any script, and nothing that ends a header', async () => {
    const fileName = 'חתול "ねこ" 100%\r\nx: y/猫.png';
    const link = await linkOf(await stored(noise(9)), { fileName });
    const { headers } = await fetched(opened(), link);
    const disposition = headers.get('content-disposition') ?? '';
    const [, name = ''] = /filename\*=UTF-8''(\S+)$/.exec(disposition) ?? [];
    expect(decodeURIComponent(name)).toBe('חתול "ねこ" 100%__x: y_猫.png');
    expect(headers.get('x')).toBeNull();
  });

  it('brings ranges, also from the end, and says how much there is', async () => {
    const link = await linkOf(await stored(Buffer.from('0123456789')));
    const range = async (bytes: string) => {
      const response = await fetched(opened(), link, { range: `bytes=${bytes}` });
      return [response.status, response.headers.get('content-range'), await response.text()];
    };
    expect(await range('2-4')).toEqual([206, 'bytes 2-4/10', '234']);
    expect(await range('8-')).toEqual([206, 'bytes 8-9/10', '89']);
    expect(await range('-3')).toEqual([206, 'bytes 7-9/10', '789']);
    expect((await range('10-'))[0]).toBe(416);
  });

  it('brings nothing anew to who has it', async () => {
    const link = await linkOf(await stored(noise(9)));
    const etag = (await fetched(opened(), link)).headers.get('etag') ?? '';
    expect(etag).not.toBe('');
    const again = await fetched(opened(), link, { 'if-none-match': etag });
    expect([again.status, await again.text()]).toEqual([304, '']);
  });

  it('brings 0 bytes and 20 MB', async () => {
    for (const bytes of [0, 20_000_000]) {
      const response = await fetched(opened(), await linkOf(await stored(noise(bytes))));
      expect(response.headers.get('content-length')).toBe(String(bytes));
      expect((await response.arrayBuffer()).byteLength).toBe(bytes);
    }
  });

  it('of what is not there brings nothing', async () => {
    const link = await linkOf(`link/${randomUUID()}`);
    expect((await fetched(opened(), link)).status).toBe(404);
  });

  it('is refused for another key, type, name or signature, and without one', async () => {
    const [one, other] = [await stored(noise(9)), await stored(noise(9))];
    const link = await linkOf(one);
    const without = link.replace(/[&?][\w-]*signature=[^&]*/i, '');
    for (const wrong of [
      link.replace(one, other),
      link.replace('image%2Fpng', 'text%2Fhtml'),
      link.replace('cat.png', 'dog.png'),
      link.replace(/signature=[^&]{8}/i, 'signature=00000000'),
      without,
    ]) {
      expect(wrong).not.toBe(link);
      expect([400, 403]).toContain((await fetched(opened(), wrong)).status);
    }
  });

  it('ends', async () => {
    const link = await linkOf(await stored(noise(9)), { expiresInMs: 1_000 });
    await opened().pass(2_500);
    expect((await fetched(opened(), link)).status).toBe(403);
  });
}

/** The fields whose name is such, each with other characters at its beginning. */
function changed(fields: Readonly<Record<string, string>>, name: RegExp): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields).map(([field, value]) => [
      field,
      name.test(field) ? `0000${value.slice(4)}` : value,
    ]),
  );
}
