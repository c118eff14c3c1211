import { createHash, randomUUID } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { link, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import type { ObjectBody } from '../port.ts';
import { ObjectsUnavailable } from '../port.ts';

/** In front of the bytes of each file, so that both are replaced in one step. */
export type Head = {
  readonly contentType: string;
  readonly sha256: string | null; // as it was stated
  readonly etag: string;
};

/** The bytes begin here; the head ends before, with blanks behind it. */
export const headBytes = 1_024;

/** A file that is written and flushed, and has no name that anybody knows yet. */
export type Written = { readonly path: string; readonly bytes: number; readonly etag: string };
export type WriteOutcome =
  | { readonly kind: 'written'; readonly file: Written }
  | { readonly kind: 'refused'; readonly because: 'too-large' | 'too-small' | 'other-hash' };

export type WriteOptions = {
  readonly contentType: string;
  readonly sha256: string | null; // which the body must have
  readonly claimed?: string | null; // instead, for one that is only kept
  readonly bytesMin?: number;
  readonly bytesMax: number;
};

/** Writes a body among unfinished files; one that is refused or fails leaves nothing. */
export async function writeBody(
  folder: string,
  body: ObjectBody,
  options: WriteOptions,
): Promise<WriteOutcome> {
  const path = join(folder, randomUUID());
  const outcome = await writeTo(path, body, options).catch(async (cause: unknown) => {
    await rm(path, { force: true });
    throw unavailable(cause);
  });
  if (outcome.kind === 'refused') await rm(path, { force: true });
  return outcome;
}

async function writeTo(
  path: string,
  body: ObjectBody,
  { contentType, sha256, claimed = sha256, bytesMin = 0, bytesMax }: WriteOptions,
): Promise<WriteOutcome> {
  await using file = await open(path, 'wx', 0o600);
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const piece of body instanceof Uint8Array ? [body] : body) {
    if (bytes + piece.length > bytesMax) return { kind: 'refused', because: 'too-large' };
    hash.update(piece);
    await writeAll(file, piece, headBytes + bytes);
    bytes += piece.length;
  }
  if (bytes < bytesMin) return { kind: 'refused', because: 'too-small' };
  const etag = hash.digest('hex');
  if (sha256 !== null && sha256 !== etag) return { kind: 'refused', because: 'other-hash' };
  const head: Head = { contentType, sha256: claimed, etag };
  await writeAll(file, Buffer.from(JSON.stringify(head).padEnd(headBytes)), 0);
  await file.sync();
  return { kind: 'written', file: { path, bytes, etag } };
}

async function writeAll(file: FileHandle, piece: Uint8Array, at: number): Promise<void> {
  for (let done = 0; done < piece.length; ) {
    done += (await file.write(piece, done, piece.length - done, at + done)).bytesWritten;
  }
}

/**
 * Gives a written file its name, for good when it resolves; false where the name is taken and may
 * not be. Folders on the way are made: another who deletes may take an empty one away meanwhile.
 */
export async function giveName(
  { path }: Written,
  name: string,
  { root, ifAbsent }: { readonly root: string; readonly ifAbsent: boolean },
): Promise<boolean> {
  try {
    for (let times = 1; ; times += 1) {
      const made = await mkdir(dirname(name), { recursive: true });
      const isNamed = await (ifAbsent ? link : rename)(path, name).then(
        () => true,
        (cause: NodeJS.ErrnoException) => {
          if (cause.code === 'EEXIST') return false;
          if (cause.code === 'ENOENT' && times < 100) return null;
          throw cause;
        },
      );
      if (isNamed === null) continue;
      if (isNamed) await flushFolders(dirname(name), made === undefined ? dirname(name) : root);
      return isNamed;
    }
  } catch (cause) {
    throw unavailable(cause);
  } finally {
    await rm(path, { force: true });
  }
}

/** From a folder up to one above it: a name is lost with the power unless its folder is flushed. */
export async function flushFolders(from: string, upTo: string): Promise<void> {
  for (let folder = from; ; folder = dirname(folder)) {
    const opened = await open(folder, 'r').catch((cause: NodeJS.ErrnoException) => {
      if (cause.code === 'ENOENT') return null; // taken away, so nothing of it need be kept
      throw cause;
    });
    await opened?.sync();
    await opened?.close();
    if (folder === upTo || folder === dirname(folder)) return;
  }
}

/** A file that is open, with its head. */
export type OpenedFile = {
  readonly head: Head;
  readonly bytes: number; // of the body
  readonly modifiedAtMs: number;
  /** Of the body, both ends counted; closes the file at its end, or when it is destroyed. */
  read(first: number, last: number): Readable;
  close(): Promise<void>;
};

/** Null where there is none. Whoever opened it reads or closes it. */
export async function openFile(path: string): Promise<OpenedFile | null> {
  const handle = await open(path, 'r').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR') return null;
    throw unavailable(cause);
  });
  if (handle === null) return null;
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(headBytes), 0, headBytes, 0);
    const { size, mtimeMs } = await handle.stat();
    const head: Head = JSON.parse(buffer.toString('utf8', 0, bytesRead));
    const modifiedAtMs = Math.round(mtimeMs);
    return {
      ...{ head, bytes: size - headBytes, modifiedAtMs },
      read: (first, last) =>
        handle.createReadStream({ start: headBytes + first, end: headBytes + last }),
      close: () => handle.close(),
    };
  } catch (cause) {
    await handle.close();
    if (cause instanceof SyntaxError) {
      throw new ObjectsUnavailable(`the file ${path} is damaged: restore it`, { cause });
    }
    throw unavailable(cause);
  }
}

const ofTheDisk = /^(ENOSPC|EDQUOT|EIO|EROFS|EMFILE|ENFILE|EACCES|EPERM)$/;

/** What the disk says becomes a word of the port; all else is as it was. */
export function unavailable(cause: unknown): unknown {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (!ofTheDisk.test(code)) return cause;
  return new ObjectsUnavailable(`the folder of objects cannot be used (${code})`, { cause });
}
