import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { freePort } from '../../free-port.ts';
import { ObjectsUnavailable } from './port.ts';
import { openS3Objects } from './s3.ts';
import { bytesOf } from './testing/opened.ts';

/** A server that says what it is told to, to find out what is made of it. */
let answer: (request: IncomingMessage, response: ServerResponse) => void;
let asked: string[];
const server = createServer((request, response) => {
  asked.push(`${request.method} ${request.url?.split('?')[0]}`);
  request.resume();
  answer(request, response);
});
let port: number;

beforeEach(async () => {
  asked = [];
  answer = well;
  await once(server.listen(0, '127.0.0.1'), 'listening');
  port = (server.address() as AddressInfo).port;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const url = (search = '') => `s3://key:hunter2@127.0.0.1:${port}/bucket${search}`;
const isLook = ({ url }: IncomingMessage) => /list-type=2/.test(url ?? '');
const empty = '<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>';

function well(request: IncomingMessage, response: ServerResponse): void {
  if (isLook(request)) response.end(empty);
  else response.writeHead(200, { etag: '"e"', 'last-modified': new Date(0).toUTCString() }).end();
}

function saying(status: number, code: string) {
  const xml = `<Error><Code>${code}</Code><Message>as it says</Message></Error>`;
  return (_: IncomingMessage, response: ServerResponse) => response.writeHead(status).end(xml);
}

const options = { contentType: 'image/png', bytesMax: 100_000_000 };

describe('starting on an S3', () => {
  it.each([
    [404, 'NoSuchBucket', /127\.0\.0\.1:\d+\/bucket cannot be used \(NoSuchBucket: .*make it/],
    [403, 'InvalidAccessKeyId', /does not know the key/],
    [403, 'SignatureDoesNotMatch', /secret is wrong/],
    [403, 'AccessDenied', /may not use the bucket/],
    [403, 'RequestTimeTooSkewed', /clock.*NTP/],
    [400, 'AuthorizationHeaderMalformed', /another region: say it with \?region=/],
    [400, 'SomethingElse', /as it says.*PARLEY_OBJECTS/],
  ])('that says %i %s is refused in a sentence, without the secret', async (status, code, says) => {
    answer = saying(status, code);
    const opened = openS3Objects({ url: url() });
    await expect(opened).rejects.toMatchObject({ name: 'PlainError' });
    await expect(opened).rejects.toThrow(says);
    await expect(opened).rejects.not.toThrow('hunter2');
  });

  it('that is away stops nobody who starts', async () => {
    const port = await freePort();
    await using objects = await openS3Objects({ url: `s3://key:hunter2@127.0.0.1:${port}/bucket` });
    const reason = `the S3 at 127.0.0.1:${port}/bucket does not answer`;
    expect(await objects.health()).toEqual({ ok: false, reason });
    await expect(objects.stat('key')).rejects.toMatchObject({ name: 'ObjectsUnavailable' });
  });

  it('that keeps silent stops nobody who starts', async () => {
    answer = () => undefined;
    await using objects = await openS3Objects({ url: url(), silenceMs: 50 });
    expect(await objects.health()).toMatchObject({ ok: false });
  });

  it('makes links for the address by which people reach it', async () => {
    const search = `?public=${encodeURIComponent('https://media.example:8443')}&region=here`;
    await using objects = await openS3Objects({ url: url(search) });
    const link = { contentType: 'a/b', show: 'inline', fileName: 'a', expiresInMs: 1_000 } as const;
    const shown = new URL(await objects.presignGet('a', link));
    expect(shown.origin).toBe('https://media.example:8443');
    expect(shown.searchParams.get('X-Amz-Credential')).toMatch(/^key\/\d+\/here\/s3/);
    const policy = { key: 'a', contentType: 'a/b', bytesMin: 0, bytesMax: 1, expiresInMs: 1_000 };
    expect((await objects.presignPost(policy)).url).toBe('https://media.example:8443/bucket');
    expect(asked).toEqual(['GET /bucket']); // the look at the start
    await expect(openS3Objects({ url: url('?public=media') })).rejects.toThrow(/public address/);
  });
});

describe('an S3 that cannot now', () => {
  const times = (request: string) => asked.filter((one) => one === request).length;

  it('is asked again, three times in all, where that is harmless', async () => {
    await using objects = await openS3Objects({ url: url() });
    answer = saying(503, 'SlowDown');
    await expect(objects.stat('a')).rejects.toBeInstanceOf(ObjectsUnavailable);
    expect(times('HEAD /bucket/a')).toBe(3);
    answer = well;
    await objects.stat('c'); // or the breaker would count on
    answer = (request, response) =>
      (times('HEAD /bucket/b') < 3 ? saying(500, 'x') : well)(request, response);
    expect(await objects.stat('b')).toMatchObject({ etag: 'e' });
  });

  it('is asked once for what would not be the same when done twice', async () => {
    await using objects = await openS3Objects({ url: url() });
    answer = saying(503, 'SlowDown');
    const once = objects.put('a', Buffer.from('x'), { ...options, ifAbsent: true });
    await expect(once).rejects.toBeInstanceOf(ObjectsUnavailable);
    const begun = objects.uploads.begin('b', options);
    await expect(begun).rejects.toBeInstanceOf(ObjectsUnavailable);
    expect([times('PUT /bucket/a'), times('POST /bucket/b')]).toEqual([1, 1]);
  });

  it('is left alone after a while, tried by one call, and used again once it works', async () => {
    await using objects = await openS3Objects({ url: url() });
    answer = saying(503, 'SlowDown');
    for (let time = 0; time < 3; time += 1) await objects.stat('a').catch(() => undefined);
    const before = asked.length;
    await Promise.allSettled(Array.from({ length: 50 }, () => objects.stat('a')));
    expect(asked.length - before).toBeLessThanOrEqual(3);
    answer = well;
    await vi.waitUntil(async () => (await objects.health()).ok, { timeout: 20_000, interval: 5 });
    expect(await objects.stat('a')).toMatchObject({ etag: 'e' });
  });

  it('holds no connection that nobody reads', async () => {
    await using objects = await openS3Objects({ url: url(), waitingMax: 1, silenceMs: 600_000 });
    answer = (_, response) => response.writeHead(503).end(randomBytes(9_000_000));
    await objects.get('a').catch(() => undefined);
    answer = well;
    expect(await objects.stat('a')).toMatchObject({ etag: 'e' });
  }, 30_000);

  it('that keeps silent in the middle of an object ends it as unavailable', async () => {
    await using objects = await openS3Objects({ url: url(), silenceMs: 2_000 });
    answer = (_, response) => response.writeHead(200, { 'content-length': '9' }).write('half');
    await expect(bytesOf(await objects.get('a'))).rejects.toBeInstanceOf(ObjectsUnavailable);
  });

  it('takes no more calls than may wait', async () => {
    await using objects = await openS3Objects({ url: url(), waitingMax: 3 });
    answer = (request, response) => setImmediate(() => well(request, response));
    const calls = await Promise.allSettled(Array.from({ length: 5 }, () => objects.stat('a')));
    expect(calls.filter(({ status }) => status === 'rejected')).toHaveLength(2);
  });

  it('that says no in the middle of completing has not completed', async () => {
    await using objects = await openS3Objects({ url: url() });
    const xml =
      '<ListPartsResult><Part><PartNumber>1</PartNumber><Size>1</Size></Part></ListPartsResult>';
    answer = (request, response) =>
      request.method === 'GET'
        ? response.end(xml)
        : saying(200, 'InternalError')(request, response);
    const completed = objects.uploads.complete({ key: 'a', uploadId: 'u' }, { parts: 1, bytes: 1 });
    await expect(completed).rejects.toBeInstanceOf(ObjectsUnavailable);
  });
});
