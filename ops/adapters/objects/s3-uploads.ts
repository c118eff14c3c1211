import { text } from 'node:stream/consumers';
import {
  checkedHash,
  checkedKey,
  checkedPart,
  checkedPrefix,
  checkedSeconds,
  checkedType,
} from './checks.ts';
import { numbersUpTo, shortcomingOf } from './parts.ts';
import type {
  CompleteOptions,
  CompleteOutcome,
  Stated,
  UnfinishedUpload,
  Upload,
  UploadedPart,
  Uploads,
} from './port.ts';
import type { S3Client, S3Connection } from './s3-connection.ts';
import { isAbsent, S3Refusal } from './s3-failures.ts';

/** Uploads in parts, as S3 has them. */
export function openS3Uploads(s3: S3Connection): Uploads {
  return {
    begin: async (key, stated) => ({
      key,
      uploadId: await beginParts(s3, checkedKey(key), stated),
    }),
    presignPart: async ({ key, uploadId }, part, { expiresInMs }) =>
      s3.signing.presignedUrl('PUT', s3.bucket, checkedKey(key), checkedSeconds(expiresInMs), {
        ...{ partNumber: String(checkedPart(part)), uploadId },
      }),
    parts: (upload) => partsOf(s3, upload),
    complete: (upload, options) => complete(s3, upload, options),
    abort: (upload) => endParts(s3, upload),
    unfinished: (prefix) => unfinished(s3, checkedPrefix(prefix)),
  };
}

/** Once: asked again, an upload would be left behind that nobody knows. */
export function beginParts(
  s3: S3Connection,
  key: string,
  { contentType, sha256 }: Stated,
): Promise<string> {
  const hash = checkedHash(sha256);
  const headers = {
    'content-type': checkedType(contentType),
    ...(hash !== null && { 'x-amz-meta-sha256': hash }),
  };
  return s3.once((client) => client.initiateNewMultipartUpload(s3.bucket, key, headers));
}

/** Its etag. */
export async function sendPart(
  s3: S3Connection,
  { key, uploadId, part }: Upload & { readonly part: number },
  piece: Buffer,
): Promise<string> {
  const sent = await s3.again((client) =>
    client.uploadPart(
      { bucketName: s3.bucket, objectName: key, uploadID: uploadId, partNumber: part, headers: {} },
      piece,
    ),
  );
  return sent.etag;
}

/** Of the parts with these etags; answers with that of the object. */
export async function completeParts(
  s3: S3Connection,
  { key, uploadId }: Upload,
  { etags, ifAbsent }: { readonly etags: readonly string[]; readonly ifAbsent: boolean },
): Promise<string> {
  const parts = etags.map(
    (etag, at) => `<Part><PartNumber>${at + 1}</PartNumber><ETag>${etag}</ETag></Part>`,
  );
  const body = `<CompleteMultipartUpload>${parts.join('')}</CompleteMultipartUpload>`;
  return s3.once(async (client) => {
    const headers = { ...(ifAbsent && { 'if-none-match': '*' }) };
    const query = `uploadId=${encodeURIComponent(uploadId)}`;
    const asked = { method: 'POST', bucketName: s3.bucket, objectName: key, query, headers };
    const answer = await text(await client.makeRequestAsync(asked, body));
    // It may say 200 while it is at it, and in the end that it failed.
    const code = /<Error>.*<Code>(\w+)<\/Code>/s.exec(answer)?.[1];
    if (code !== undefined) throw new S3Refusal(code, 400, `it answered ${code}`);
    return (/<ETag>([^<]+)<\/ETag>/.exec(answer)?.[1] ?? '').replaceAll(/&#?\w+;|"/g, '');
  });
}

/** Aborting what is over is done already. */
export async function endParts(s3: S3Connection, { key, uploadId }: Upload): Promise<void> {
  await s3
    .again((client) => client.abortMultipartUpload(s3.bucket, key, uploadId))
    .catch((cause: unknown) => {
      if (!isAbsent(cause)) throw cause;
    });
}

async function partsOf(
  s3: S3Connection,
  { key, uploadId }: Upload,
): Promise<readonly UploadedPart[] | null> {
  try {
    return newestOf(await s3.again((client) => client.partsOf(s3.bucket, key, uploadId)));
  } catch (cause) {
    if (isAbsent(cause)) return null;
    throw cause;
  }
}

type Listed = Awaited<ReturnType<S3Client['partsOf']>>[number];

/**
 * SeaweedFS keeps the older ones of a number too, and knows the time in seconds: where two that
 * differ came in one second nobody knows the newer one, and it counts as missing.
 */
function newestOf(listed: readonly Listed[]): readonly UploadedPart[] {
  const byNumber = Map.groupBy(listed, ({ part }) => part);
  return [...byNumber].flatMap(([part, all]) => {
    const newestMs = Math.max(...all.map(({ lastModified }) => Number(lastModified)));
    const newest = all.filter(({ lastModified }) => Number(lastModified) === newestMs);
    const [one] = newest;
    if (one === undefined || newest.some(({ etag }) => etag !== one.etag)) return [];
    return [{ part, bytes: one.size, etag: one.etag }];
  });
}

async function complete(
  s3: S3Connection,
  upload: Upload,
  options: CompleteOptions,
): Promise<CompleteOutcome> {
  const found = await partsOf(s3, upload);
  if (found === null) return { kind: 'refused', because: 'no-such-upload' };
  const shortcoming = shortcomingOf(found, options);
  if (shortcoming !== null) return shortcoming;
  const etagOf = new Map(found.map(({ part, etag }) => [part, etag]));
  const etags = numbersUpTo(options.parts).map((part) => etagOf.get(part) ?? '');
  try {
    return { kind: 'completed', etag: await completeParts(s3, upload, { etags, ifAbsent: false }) };
  } catch (cause) {
    if (isAbsent(cause)) return { kind: 'refused', because: 'no-such-upload' };
    throw cause;
  }
}

/**
 * MinIO finds unfinished uploads by their whole key, or all of them, and once it was restarted only
 * by their whole key; the others by the beginning of a key.
 */
async function* unfinished(s3: S3Connection, prefix: string): AsyncGenerator<UnfinishedUpload> {
  const asked = await unfinishedBy(s3, prefix);
  const found = asked.length > 0 || prefix === '' ? asked : await unfinishedBy(s3, '');
  const wanted = found.filter(({ key }) => key.startsWith(prefix));
  yield* wanted.sort((one, other) => (one.key < other.key ? -1 : 1));
}

async function unfinishedBy(
  s3: S3Connection,
  prefix: string,
): Promise<readonly UnfinishedUpload[]> {
  const found: UnfinishedUpload[] = [];
  for (let [key, id] = ['', '']; ; ) {
    const page = await s3.again((client) =>
      client.listIncompleteUploadsQuery(s3.bucket, prefix, key, id, ''),
    );
    for (const { key, uploadId, initiated } of page.uploads) {
      found.push({ key, uploadId, beganAtMs: Number(initiated) });
    }
    if (!page.isTruncated) return found;
    [key, id] = [page.nextKeyMarker, page.nextUploadIdMarker];
  }
}
