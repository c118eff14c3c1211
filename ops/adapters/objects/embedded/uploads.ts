import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkedHash, checkedKey, checkedPrefix, checkedType } from '../checks.ts';
import { numbersUpTo, shortcomingOf } from '../parts.ts';
import type {
  CompleteOptions,
  CompleteOutcome,
  ObjectBody,
  Stated,
  UnfinishedUpload,
  Upload,
  UploadedPart,
} from '../port.ts';
import type { WriteOutcome } from './folder.ts';
import { flushFolders, giveName, openFile, unavailable, writeBody } from './folder.ts';
import { pathOf } from './tree.ts';

export type Folders = {
  readonly objects: string;
  readonly uploads: string; // one folder for each, with a file for each part
  readonly incoming: string; // what is not finished
};

/** What stands beside the parts of an upload. */
type Begun = {
  readonly key: string;
  readonly contentType: string;
  readonly sha256: string | null;
  readonly beganAtMs: number;
};

const about = 'upload.json';

export async function beginUpload(
  { uploads, incoming }: Folders,
  key: string,
  { contentType, sha256, nowMs }: Stated & { readonly nowMs: number },
): Promise<Upload> {
  const begun: Begun = {
    ...{ key: checkedKey(key), contentType: checkedType(contentType) },
    ...{ sha256: checkedHash(sha256), beganAtMs: nowMs },
  };
  const uploadId = randomUUID();
  const [unfinished, folder] = [join(incoming, uploadId), join(uploads, uploadId)];
  try {
    await mkdir(unfinished);
    await writeFile(join(unfinished, about), JSON.stringify(begun), { flush: true });
    await rename(unfinished, folder);
    await flushFolders(folder, uploads);
    return { key, uploadId };
  } catch (cause) {
    throw unavailable(cause);
  }
}

/** Null where the upload is over; the newest part of a number counts. */
export async function keepPart(
  folders: Folders,
  upload: Upload,
  { part, body, bytesMax }: { readonly part: number; body: ObjectBody; readonly bytesMax: number },
): Promise<WriteOutcome | null> {
  if ((await begunOf(folders, upload)) === null) return null;
  const stated = { contentType: 'application/octet-stream', sha256: null };
  const outcome = await writeBody(folders.incoming, body, { ...stated, bytesMax });
  if (outcome.kind === 'refused') return outcome;
  const folder = join(folders.uploads, upload.uploadId);
  try {
    await rename(outcome.file.path, join(folder, String(part)));
    await flushFolders(folder, folder);
    return outcome;
  } catch (cause) {
    await rm(outcome.file.path, { force: true });
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null; // aborted meanwhile
    throw unavailable(cause);
  }
}

export async function partsOf(
  folders: Folders,
  upload: Upload,
): Promise<readonly UploadedPart[] | null> {
  if ((await begunOf(folders, upload)) === null) return null;
  const folder = join(folders.uploads, upload.uploadId);
  const numbers = (await namesIn(folder)).filter((name) => name !== about).map(Number);
  const parts: UploadedPart[] = [];
  for (const part of numbers.sort((one, other) => one - other)) {
    const file = await openFile(join(folder, String(part)));
    if (file === null) continue;
    await file.close();
    parts.push({ part, bytes: file.bytes, etag: file.head.etag });
  }
  return parts;
}

export async function completeUpload(
  folders: Folders,
  upload: Upload,
  options: CompleteOptions,
): Promise<CompleteOutcome> {
  const [begun, found] = [await begunOf(folders, upload), await partsOf(folders, upload)];
  if (begun === null || found === null) return { kind: 'refused', because: 'no-such-upload' };
  const shortcoming = shortcomingOf(found, options);
  if (shortcoming !== null) return shortcoming;
  const paths = numbersUpTo(options.parts).map((part) =>
    join(folders.uploads, upload.uploadId, String(part)),
  );
  const { contentType } = begun;
  const outcome = await writeBody(folders.incoming, bytesOf(paths), {
    ...{ contentType, sha256: null, claimed: begun.sha256 },
    ...{ bytesMin: options.bytes, bytesMax: options.bytes },
  });
  // A part that was sent again meanwhile is of another size.
  if (outcome.kind === 'refused') return completeUpload(folders, upload, options);
  const name = pathOf(folders.objects, begun.key);
  await giveName(outcome.file, name, { root: folders.objects, ifAbsent: false });
  await abortUpload(folders, upload);
  return { kind: 'completed', etag: outcome.file.etag };
}

export async function abortUpload({ uploads, incoming }: Folders, upload: Upload): Promise<void> {
  if (!isId(upload.uploadId)) return;
  const ended = join(incoming, randomUUID());
  try {
    await rename(join(uploads, upload.uploadId), ended); // in one step: no part without its upload
    await flushFolders(uploads, uploads);
    await rm(ended, { recursive: true, force: true });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw unavailable(cause);
  }
}

export async function* unfinishedUploads(
  { uploads }: Folders,
  prefix: string,
): AsyncGenerator<UnfinishedUpload> {
  checkedPrefix(prefix);
  const found: UnfinishedUpload[] = [];
  for (const uploadId of await namesIn(uploads)) {
    const begun = await readBegun(join(uploads, uploadId));
    if (begun === null || !begun.key.startsWith(prefix)) continue;
    found.push({ key: begun.key, uploadId, beganAtMs: begun.beganAtMs });
  }
  yield* found.sort((one, other) => (one.key < other.key ? -1 : 1));
}

async function* bytesOf(paths: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const path of paths) {
    const file = await openFile(path);
    if (file === null) return;
    if (file.bytes > 0) yield* file.read(0, file.bytes - 1) as AsyncIterable<Uint8Array>;
    else await file.close();
  }
}

async function begunOf({ uploads }: Folders, { key, uploadId }: Upload): Promise<Begun | null> {
  if (!isId(uploadId)) return null;
  const begun = await readBegun(join(uploads, uploadId));
  return begun?.key === key ? begun : null;
}

async function readBegun(folder: string): Promise<Begun | null> {
  const text = await readFile(join(folder, about), 'utf8').catch(absentOrThrow);
  return text === null ? null : JSON.parse(text);
}

async function namesIn(folder: string): Promise<readonly string[]> {
  return (await readdir(folder).catch(absentOrThrow)) ?? [];
}

function absentOrThrow(cause: NodeJS.ErrnoException): null {
  if (cause.code === 'ENOENT') return null;
  throw unavailable(cause);
}

function isId(uploadId: string): boolean {
  return /^[0-9a-f-]{36}$/.test(uploadId);
}
