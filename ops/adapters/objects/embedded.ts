import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { access, constants, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { PlainError } from '../../plain-error.ts';
import { checkedBytes, checkedHash, checkedKey, checkedPrefix, checkedType } from './checks.ts';
import type { OpenedFile } from './embedded/folder.ts';
import { giveName, openFile, unavailable, writeBody } from './embedded/folder.ts';
import { openHandler } from './embedded/handler.ts';
import { rangeIn } from './embedded/http-range.ts';
import { openLinkSigner } from './embedded/link-key.ts';
import { openLinks } from './embedded/links.ts';
import type { Patience } from './embedded/patience.ts';
import { listKeys, pathOf, removeKey } from './embedded/tree.ts';
import type { Folders } from './embedded/uploads.ts';
import {
  abortUpload,
  beginUpload,
  completeUpload,
  keepPart,
  partsOf,
  unfinishedUploads,
} from './embedded/uploads.ts';
import type { ByteRange, GetOutcome, ObjectBody, ObjectStat, Objects, PutOptions } from './port.ts';

export type EmbeddedObjectsOptions = {
  readonly folder: string;
  readonly now: () => number; // ms since the Unix epoch
  readonly patience?: Patience | undefined; // with who sends a body
  readonly uploadsAtOnceMax?: number | undefined; // through the handler
};

const patienceUsual = { idleMs: 30_000, totalMs: 3_600_000 };
const leftOverAfterMs = 24 * 3_600_000;
const freeBytesMin = 64 * 1_024 * 1_024;

/**
 * Objects in a folder, for the processes of one machine: each written aside, flushed and renamed
 * into place. People reach them through the handler, by links signed with a key of the folder.
 */
export function openEmbeddedObjects({
  folder,
  now,
  patience = patienceUsual,
  uploadsAtOnceMax = 64,
}: EmbeddedObjectsOptions): Objects {
  const folders = openFolders(folder, now());
  const root = folders.objects;
  const links = openLinks(openLinkSigner(join(folder, 'link.key')), now);
  const open = (key: string) => openFile(pathOf(root, checkedKey(key)));
  return {
    put: (key, body, options) => put(folders, { key, body }, options),
    get: async (key, range) => getOf(key, await open(key), range),
    stat: async (key) => {
      const file = await open(key);
      await file?.close();
      return file && statOf(key, file);
    },
    delete: async (key) => removeKey(root, checkedKey(key)),
    list: (prefix) => listKeys(root, checkedPrefix(prefix)),
    presignPost: async (policy) => links.form(policy),
    presignGet: async (key, link) => links.get(key, link),
    uploads: {
      begin: (key, stated) => beginUpload(folders, key, { ...stated, nowMs: now() }),
      presignPart: async (upload, part, link) => links.part(upload, part, link),
      parts: (upload) => partsOf(folders, upload),
      complete: (upload, options) => completeUpload(folders, upload, options),
      abort: (upload) => abortUpload(folders, upload),
      unfinished: (prefix) => unfinishedUploads(folders, prefix),
    },
    handler: openHandler({
      ...{ links, open, patience, uploadsAtOnceMax },
      keepPart: (upload, part) => keepPart(folders, upload, part),
      keepForm: (link, file) => kept(folders, { key: link.key, body: file }, link),
    }),
    health: () => healthOf(folder),
    [Symbol.asyncDispose]: async () => undefined,
  };
}

type Brought = { readonly key: string; readonly body: ObjectBody };

async function put(folders: Folders, brought: Brought, options: PutOptions) {
  const outcome = await kept(folders, brought, {
    ...{ contentType: checkedType(options.contentType), sha256: checkedHash(options.sha256) },
    ...{ bytesMin: 0, bytesMax: checkedBytes('bytesMax', options.bytesMax) },
    ifAbsent: options.ifAbsent,
  });
  if (!('because' in outcome)) return { kind: 'stored' as const, ...outcome };
  if (outcome.because === 'too-small') throw new Error('nothing is smaller than nothing');
  return { kind: 'refused' as const, because: outcome.because };
}

async function kept(
  folders: Folders,
  { key, body }: Brought,
  options: {
    readonly contentType: string;
    readonly sha256: string | null;
    readonly bytesMin: number;
    readonly bytesMax: number;
    readonly ifAbsent?: boolean | undefined;
  },
) {
  const { objects: root, incoming } = folders;
  const name = pathOf(root, checkedKey(key));
  const outcome = await writeBody(incoming, body, options);
  if (outcome.kind === 'refused') return outcome;
  const { bytes, etag } = outcome.file;
  const isNamed = await giveName(outcome.file, name, { root, ifAbsent: options.ifAbsent ?? false });
  return isNamed ? { bytes, etag } : { because: 'exists' as const };
}

async function getOf(
  key: string,
  file: OpenedFile | null,
  range: ByteRange = { first: 0 },
): Promise<GetOutcome> {
  if (file === null) return { kind: 'not-found' };
  const stat = statOf(key, file);
  if (range.first === 0 && file.bytes === 0) {
    return { kind: 'found', stat, body: file.read(0, 0) };
  }
  const found = rangeIn(range, file.bytes);
  if (found.kind === 'some')
    return { kind: 'found', stat, body: file.read(found.first, found.last) };
  await file.close();
  return { kind: 'beyond-the-end' };
}

function statOf(key: string, { head, bytes, modifiedAtMs }: OpenedFile): ObjectStat {
  return { key, bytes, modifiedAtMs, ...head };
}

function openFolders(folder: string, nowMs: number): Folders {
  const folders = {
    objects: join(folder, 'kept'),
    uploads: join(folder, 'uploads'),
    incoming: join(folder, 'incoming'),
  };
  try {
    for (const each of Object.values(folders)) mkdirSync(each, { recursive: true, mode: 0o700 });
    for (const name of readdirSync(folders.incoming)) {
      const path = join(folders.incoming, name);
      // Of a process that died: another one may be writing what is newer.
      const ageMs = nowMs - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? nowMs);
      if (ageMs > leftOverAfterMs) rmSync(path, { recursive: true, force: true });
    }
    return folders;
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause)) throw cause;
    throw new PlainError(
      `The folder of objects ${folder} cannot be used (${cause.code}): mend its owner or mode, ` +
        'or name another data folder with PARLEY_DATA.',
    );
  }
}

async function healthOf(folder: string): ReturnType<Objects['health']> {
  try {
    await access(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    const { bavail, bsize } = await statfs(folder);
    if (bavail * bsize >= freeBytesMin) return { ok: true };
    return { ok: false, reason: 'the disk under the folder of objects is full' };
  } catch (cause) {
    return { ok: false, reason: (unavailable(cause) as Error).message };
  }
}
