import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Fastify from 'fastify';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { registerObjects } from '../../../api/http/objects.ts';
import type { EmbeddedObjectsOptions } from './embedded.ts';
import { openEmbeddedObjects } from './embedded.ts';
import { ObjectsUnavailable } from './port.ts';
import { all, bytesOf, fetched, noise, sendForm, sendPart } from './testing/opened.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parley-objects-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function served(more: Partial<EmbeddedObjectsOptions> = {}) {
  const objects = openEmbeddedObjects({ folder, now: Date.now, ...more });
  const server = Fastify();
  if (objects.handler) registerObjects(server, objects.handler);
  const origin = await server.listen({ port: 0 });
  return { objects, origin, [Symbol.asyncDispose]: () => server.close() };
}

const link = {
  contentType: 'image/png',
  show: 'inline',
  fileName: 'a',
  expiresInMs: 60_000,
} as const;
const policy = { key: 'a/b', contentType: 'image/png', bytesMin: 0, bytesMax: 1_000 };
const lasting = { ...policy, expiresInMs: 60_000 };
const incoming = () => readdirSync(join(folder, 'incoming'));
const put = { contentType: 'image/png', bytesMax: 1_000 };

describe('embedded objects over HTTP', () => {
  it('are never guessed, nor run as a page of ours', async () => {
    await using opened = await served();
    await opened.objects.put('a', noise(3), put);
    const { headers } = await fetched(opened, await opened.objects.presignGet('a', link));
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toMatch(/sandbox/);
    const refused = await fetched(opened, '/objects/get/a');
    expect(refused.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('tell their size by HEAD', async () => {
    await using opened = await served();
    await opened.objects.put('a', noise(3), put);
    const url = new URL(await opened.objects.presignGet('a', link), opened.origin);
    const { status, headers } = await fetch(url, { method: 'HEAD' });
    expect([status, headers.get('content-length')]).toEqual([200, '3']);
  });

  it('go on from where a download broke only while they are the same', async () => {
    await using opened = await served();
    await opened.objects.put('a', Buffer.from('one'), put);
    const url = await opened.objects.presignGet('a', link);
    const etag = (await fetched(opened, url)).headers.get('etag') ?? '';
    const rest = { range: 'bytes=1-', 'if-range': etag };
    expect((await fetched(opened, url, rest)).status).toBe(206);
    await opened.objects.put('a', Buffer.from('two'), put);
    expect(await (await fetched(opened, url, rest)).text()).toBe('two');
  });

  it.each([
    ['/objects/get/../link.key', 404],
    ['/objects/get/%2e%2e/link.key', 404],
    ['/objects/get/..%2flink.key', 403],
    ['/objects/get/a?until=9999999999&type=a/b&as=x&signature=AAAA', 403],
    ['/objects/nothing', 404],
    ['/objects/part/x/1', 404],
  ])('answer %s with %i', async (path, status) => {
    await using opened = await served();
    const { port } = new URL(opened.origin);
    const socket = connect(Number(port), '127.0.0.1');
    socket.write(`GET ${path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n`);
    const [answer] = await once(socket, 'data');
    expect(String(answer)).toMatch(new RegExp(`^HTTP/1.1 ${status}`));
    socket.destroy();
  });

  it('refuse what is no form, and a part over its bound', async () => {
    await using opened = await served();
    const { objects, origin } = opened;
    const method = 'POST';
    expect((await fetch(`${origin}/objects/form`, { method, body: 'x' })).status).toBe(400);
    const upload = await objects.uploads.begin('a', { contentType: 'image/png' });
    const url = await objects.uploads.presignPart(upload, 1, { bytesMax: 9, expiresInMs: 1_000 });
    expect((await sendPart(opened, url, noise(10))).status).toBe(413);
    expect(await objects.uploads.parts(upload)).toEqual([]);
    expect(incoming()).toEqual([]);
  });

  it('refuse a form whose file has another hash than the stated one', async () => {
    await using opened = await served();
    const post = await opened.objects.presignPost({ ...lasting, sha256: '0'.repeat(64) });
    expect((await sendForm(opened, post, noise(3))).status).toBe(400);
    expect(await opened.objects.stat('a/b')).toBeNull();
  });

  it('wait for who sends slowly, but not for ever, and then hold nothing of it', async () => {
    await using opened = await served({ patience: { idleMs: 200, totalMs: 60_000 } });
    const socket = beginForm(opened, await opened.objects.presignPost(lasting));
    const [answer] = await once(socket, 'data');
    expect(String(answer)).toMatch(/^HTTP\/1.1 408/);
    await once(socket, 'close');
    expect(incoming()).toEqual([]);
    expect(await opened.objects.stat('a/b')).toBeNull();
  });

  it('take no more uploads at once than they may', async () => {
    await using opened = await served({ uploadsAtOnceMax: 1 });
    const { objects } = opened;
    const status = async () =>
      (await sendForm(opened, await objects.presignPost(lasting), noise(3))).status;
    const slow = beginForm(opened, await objects.presignPost(lasting));
    await vi.waitUntil(async () => (await status()) === 503, { timeout: 20_000, interval: 5 });
    slow.destroy();
    await vi.waitUntil(async () => (await status()) === 204, { timeout: 20_000, interval: 5 });
  });
});

describe('whoever was signed nothing', () => {
  it('takes nobody’s place, however slowly she sends', async () => {
    await using opened = await served({ uploadsAtOnceMax: 1 });
    const post = await opened.objects.presignPost(lasting);
    const strangers = Array.from({ length: 5 }, () => {
      const socket = connect(Number(new URL(opened.origin).port), '127.0.0.1');
      socket.on('error', () => undefined); // ended by the other side
      socket.write('POST /objects/form HTTP/1.1\r\nhost: a\r\ncontent-length: 9999\r\n');
      socket.write('content-type: multipart/form-data; boundary=x\r\n\r\n--x'); // and no more
      return socket;
    });
    await Promise.all(strangers.map((socket) => once(socket, 'ready')));
    for (let n = 0; n < 20; n += 1) {
      expect((await sendForm(opened, post, noise(3))).status).toBe(204);
    }
    for (const stranger of strangers) stranger.destroy();
  });
});

/** Sends the fields, the beginning of the file, and no more. */
function beginForm(
  { origin }: { readonly origin: string },
  { fields }: { readonly fields: Readonly<Record<string, string>> },
) {
  const parts = Object.entries({ ...fields, file: 'begins' }).map(
    ([name, value]) => `--x\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}`,
  );
  const socket = connect(Number(new URL(origin).port), '127.0.0.1');
  socket.on('error', () => undefined); // ended by the other side
  socket.write(
    'POST /objects/form HTTP/1.1\r\nhost: a\r\ncontent-length: 9999\r\n' +
      `content-type: multipart/form-data; boundary=x\r\n\r\n${parts.join('\r\n')}`,
  );
  return socket;
}

describe('a folder of objects', () => {
  it('is for its owner alone, with a key for links that others may not read', async () => {
    openEmbeddedObjects({ folder, now: Date.now });
    expect(statSync(join(folder, 'link.key')).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'kept')).mode & 0o777).toBe(0o700);
    chmodSync(join(folder, 'link.key'), 0o644);
    expect(() => openEmbeddedObjects({ folder, now: Date.now })).toThrow(/chmod 600/);
  });

  it('gives links that hold after a restart, and in another process', async () => {
    const url = await openEmbeddedObjects({ folder, now: Date.now }).presignGet('a', link);
    await using opened = await served();
    await opened.objects.put('a', noise(3), put);
    expect((await fetched(opened, url)).status).toBe(200);
  });

  it('holds nothing of what a killed process put, and all of what was there before', async () => {
    const objects = openEmbeddedObjects({ folder, now: Date.now });
    await objects.put('a', Buffer.from('before'), put);
    const source = join(import.meta.dirname, 'embedded.ts');
    const child = spawn(process.execPath, [
      '--input-type=module',
      '-e',
      `const { openEmbeddedObjects } = await import(${JSON.stringify(source)});
       const objects = openEmbeddedObjects({ folder: ${JSON.stringify(folder)}, now: Date.now });
       async function* endless() { for (;;) yield Buffer.alloc(65536); }
       await objects.put('a', endless(), { contentType: 'a/b', bytesMax: 1e9 });`,
    ]);
    await vi.waitUntil(() => incoming().length > 0, { timeout: 20_000, interval: 5 });
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(String(await bytesOf(await objects.get('a')))).toBe('before');
    const [left = ''] = incoming();
    openEmbeddedObjects({ folder, now: Date.now });
    expect(incoming()).toEqual([left]); // another process may be writing it
    utimesSync(join(folder, 'incoming', left), 0, 0);
    openEmbeddedObjects({ folder, now: Date.now });
    expect(incoming()).toEqual([]);
  });

  it('keeps keys apart of which one is the beginning of another', async () => {
    const objects = openEmbeddedObjects({ folder, now: Date.now });
    for (const key of ['a/b/c', 'a', 'a/b', 'a-b']) await objects.put(key, noise(3), put);
    expect((await all(objects.list(''))).map(({ key }) => key)).toEqual([
      'a',
      'a-b',
      'a/b',
      'a/b/c',
    ]);
    await objects.delete('a');
    expect((await all(objects.list('a/'))).map(({ key }) => key)).toEqual(['a/b', 'a/b/c']);
  });

  it('says of a file that is damaged that it is', async () => {
    const objects = openEmbeddedObjects({ folder, now: Date.now });
    await objects.put('a', noise(3), put);
    truncateSync(join(folder, 'kept', 'a@'), 20);
    await expect(objects.get('a')).rejects.toBeInstanceOf(ObjectsUnavailable);
    expect((await all(objects.list(''))).map(({ key }) => key)).toEqual(['a']);
  });

  it('that cannot be is a sentence with what to do', () => {
    writeFileSync(join(folder, 'file'), '');
    const open = () => openEmbeddedObjects({ folder: join(folder, 'file'), now: Date.now });
    expect(open).toThrow(/cannot be used \(E.*PARLEY_DATA/);
  });
});
