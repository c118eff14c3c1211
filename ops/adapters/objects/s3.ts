import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import {
  checkedBytes,
  checkedHash,
  checkedKey,
  checkedPrefix,
  checkedSeconds,
  checkedType,
} from './checks.ts';
import { dispositionOf } from './disposition.ts';
import type {
  ByteRange,
  GetLink,
  GetOutcome,
  ListedObject,
  ObjectBody,
  ObjectStat,
  Objects,
  PostPolicy,
  PresignedPost,
  PutOptions,
  PutOutcome,
} from './port.ts';
import type { S3Connection, S3ObjectsOptions } from './s3-connection.ts';
import { connectS3 } from './s3-connection.ts';
import { isAbsent, isThere, S3Refusal, translated } from './s3-failures.ts';
import { beginParts, completeParts, endParts, openS3Uploads, sendPart } from './s3-uploads.ts';

/** A body up to this size goes in one request, a longer one in parts of it: what is held of it. */
const pieceBytes = 8 * 1_024 * 1_024;

/** Objects in a bucket of any S3: links lead people past us, to the server itself. */
export async function openS3Objects(options: S3ObjectsOptions): Promise<Objects> {
  const s3 = await connectS3(options);
  return {
    put: async (key, body, options) => put(s3, { key: checkedKey(key), body }, checked(options)),
    get: async (key, range) => get(s3, checkedKey(key), range),
    stat: async (key) => stat(s3, checkedKey(key)),
    delete: async (key) => {
      checkedKey(key);
      await s3.again((client) => client.removeObject(s3.bucket, key));
    },
    list: (prefix) => list(s3, checkedPrefix(prefix)),
    presignPost: (policy) => presignPost(s3, policy),
    presignGet: async (key, link) => presignGet(s3, checkedKey(key), link),
    uploads: openS3Uploads(s3),
    handler: null,
    breaker: s3.breaker,
    watchCalls: s3.watchCalls,
    health: () =>
      s3
        .again((client) => client.listObjectsV2Query(s3.bucket, '', '', '', 1, ''))
        .then(
          () => ({ ok: true }),
          (cause: Error) => ({ ok: false, reason: cause.message }),
        ),
    [Symbol.asyncDispose]: async () => s3[Symbol.dispose](),
  };
}

function checked({ contentType, sha256, bytesMax, ifAbsent }: PutOptions): PutOptions {
  const hash = checkedHash(sha256) ?? undefined;
  const most = checkedBytes('bytesMax', bytesMax);
  return { contentType: checkedType(contentType), sha256: hash, bytesMax: most, ifAbsent };
}

type Brought = { readonly key: string; readonly body: ObjectBody };

/** Looked at while it is read: what is refused was never whole on the server. */
async function put(s3: S3Connection, { key, body }: Brought, options: PutOptions) {
  const hash = createHash('sha256');
  let bytes = 0;
  let uploadId: string | null = null;
  const etags: string[] = [];
  try {
    for await (const { piece, isLast } of inPieces(body)) {
      bytes += piece.length;
      hash.update(piece);
      if (bytes > options.bytesMax) return refused('too-large');
      const isOther = isLast && options.sha256 && hash.copy().digest('hex') !== options.sha256;
      if (isOther) return refused('other-hash');
      if (isLast && uploadId === null) return await putAtOnce(s3, { key, piece }, options);
      uploadId ??= await beginParts(s3, key, options);
      const part = etags.length + 1;
      etags.push(await sendPart(s3, { key, uploadId, part }, piece));
    }
    if (uploadId === null) throw new Error('a body has a last piece');
    const { ifAbsent = false } = options;
    const etag = await completeParts(s3, { key, uploadId }, { etags, ifAbsent });
    uploadId = null;
    return { kind: 'stored' as const, bytes, etag };
  } catch (cause) {
    if (options.ifAbsent && isThere(cause)) return refused('exists');
    throw cause;
  } finally {
    if (uploadId !== null) await endParts(s3, { key, uploadId }).catch(() => undefined);
  }
}

function refused(because: 'too-large' | 'other-hash' | 'exists'): PutOutcome {
  return { kind: 'refused', because };
}

async function putAtOnce(
  s3: S3Connection,
  { key, piece }: { readonly key: string; readonly piece: Buffer },
  { contentType, sha256, ifAbsent }: PutOptions,
): Promise<PutOutcome> {
  const headers = {
    'content-type': contentType,
    ...(sha256 && { 'x-amz-meta-sha256': sha256 }),
    ...(ifAbsent && { 'if-none-match': '*' }),
  };
  // Asked again, a lost answer of ours would look like somebody else's object.
  const ask = ifAbsent ? s3.once : s3.again;
  const answer = await ask((client) =>
    client.makeRequestAsyncOmit(
      { method: 'PUT', bucketName: s3.bucket, objectName: key, headers },
      piece,
    ),
  );
  return { kind: 'stored', bytes: piece.length, etag: etagOf(answer.headers) };
}

/** Each as large as it may be, but the last. */
async function* inPieces(body: ObjectBody) {
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  for await (const arrived of body instanceof Uint8Array ? [body] : body) {
    for (let rest = arrived; rest.length > 0; ) {
      if (heldBytes === pieceBytes) {
        yield { piece: Buffer.concat(held), isLast: false };
        [held, heldBytes] = [[], 0];
      }
      const taken = rest.subarray(0, pieceBytes - heldBytes);
      held.push(Buffer.from(taken)); // whoever gave it may write over it
      heldBytes += taken.length;
      rest = rest.subarray(taken.length);
    }
  }
  yield { piece: Buffer.concat(held), isLast: true };
}

async function get(
  s3: S3Connection,
  key: string,
  { first, last }: ByteRange = { first: 0 },
): Promise<GetOutcome> {
  const isAll = first === 0 && last === undefined;
  const headers = isAll ? {} : { range: `bytes=${first}-${last ?? ''}` };
  try {
    const body = await s3.again((client) =>
      client.makeRequestAsync(
        { method: 'GET', bucketName: s3.bucket, objectName: key, headers },
        '',
        [200, 206],
      ),
    );
    return { kind: 'found', stat: statOf(key, body), body: readable(body, s3.written) };
  } catch (cause) {
    if (isAbsent(cause)) return { kind: 'not-found' };
    if (!(cause instanceof S3Refusal && cause.code === 'InvalidRange')) throw cause;
    return first === 0 ? get(s3, key) : { kind: 'beyond-the-end' };
  }
}

async function stat(s3: S3Connection, key: string): Promise<ObjectStat | null> {
  try {
    return await s3.again(async (client) => {
      const asked = { method: 'HEAD', bucketName: s3.bucket, objectName: key };
      return statOf(key, await client.makeRequestAsyncOmit(asked));
    });
  } catch (cause) {
    if (isAbsent(cause)) return null;
    throw cause;
  }
}

function statOf(key: string, { headers }: Pick<IncomingMessage, 'headers'>): ObjectStat {
  const [, total] = /\/(\d+)$/.exec(headers['content-range'] ?? '') ?? [];
  const sha256 = headers['x-amz-meta-sha256'];
  return {
    key,
    bytes: Number(total ?? headers['content-length']),
    contentType: headers['content-type'] ?? 'application/octet-stream',
    etag: etagOf(headers),
    sha256: typeof sha256 === 'string' ? sha256 : null,
    modifiedAtMs: Date.parse(headers['last-modified'] ?? ''),
  };
}

function etagOf({ etag }: IncomingMessage['headers']): string {
  return (etag ?? '').replaceAll('"', '');
}

/** What breaks on its way is told as the port says it. */
function readable(response: IncomingMessage, written: S3Connection['written']): Readable {
  async function* pieces(): AsyncGenerator<Buffer> {
    try {
      for await (const piece of response) yield piece;
    } catch (cause) {
      throw translated(cause, written);
    }
  }
  return Readable.from(pieces(), { objectMode: false }).once('close', () => response.destroy());
}

async function* list(s3: S3Connection, prefix: string): AsyncGenerator<ListedObject> {
  for (let token = ''; ; ) {
    const page = await s3.again((client) =>
      client.listObjectsV2Query(s3.bucket, prefix, token, '', 1_000, ''),
    );
    for (const { name, size, lastModified } of page.objects) {
      if (name === undefined || lastModified === undefined) continue;
      yield { key: name, bytes: size, modifiedAtMs: Number(lastModified) };
    }
    if (!page.isTruncated) return;
    token = page.nextContinuationToken;
  }
}

async function presignPost(
  { signing, bucket }: S3Connection,
  { key, contentType, sha256, bytesMin, bytesMax, expiresInMs }: PostPolicy,
): Promise<PresignedPost> {
  const policy = signing.newPostPolicy();
  policy.setBucket(bucket);
  policy.setKey(checkedKey(key));
  policy.setContentType(checkedType(contentType));
  policy.setContentLengthRange(
    checkedBytes('bytesMin', bytesMin),
    checkedBytes('bytesMax', bytesMax),
  );
  policy.setExpires(new Date(Date.now() + checkedSeconds(expiresInMs) * 1_000));
  const hash = checkedHash(sha256);
  if (hash !== null) policy.setUserMetaData({ sha256: hash });
  const { postURL, formData } = await signing.presignedPostPolicy(policy);
  return { url: postURL, fields: formData };
}

function presignGet(
  { signing, bucket }: S3Connection,
  key: string,
  link: GetLink,
): Promise<string> {
  return signing.presignedGetObject(bucket, key, checkedSeconds(link.expiresInMs), {
    'response-content-type': checkedType(link.contentType),
    'response-content-disposition': dispositionOf(link),
  });
}
