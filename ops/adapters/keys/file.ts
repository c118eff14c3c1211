import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { PlainError } from '../../plain-error.ts';
import type { RootKey } from './port.ts';
import { RootKeyMismatch } from './port.ts';

const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;
const version = 1;

/**
 * The root key in a file that only its owner may read; made, flushed and renamed into place at
 * first start. Whoever loses this file loses every sealed text: back it up apart from the data.
 */
export function openFileRootKey({ path }: { readonly path: string }): RootKey {
  const key = openOr(path);
  return {
    wrap: async (wrapped, context) => {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', key, nonce);
      cipher.setAAD(Buffer.from(context));
      const text = Buffer.concat([cipher.update(wrapped), cipher.final()]);
      return Buffer.concat([Buffer.from([version]), nonce, text, cipher.getAuthTag()]);
    },
    unwrap: async (wrapped, context) => {
      try {
        return unwrap(key, wrapped, context);
      } catch {
        throw new RootKeyMismatch('This key was wrapped under another root key.');
      }
    },
    [Symbol.asyncDispose]: async () => {
      key.fill(0);
    },
  };
}

function unwrap(key: Buffer, wrapped: Uint8Array, context: string): Buffer {
  if (wrapped[0] !== version) throw new Error('unknown version');
  const end = wrapped.length - tagBytes;
  const decipher = createDecipheriv('aes-256-gcm', key, wrapped.subarray(1, 1 + nonceBytes), {
    authTagLength: tagBytes, // else a short one would do, which can be guessed
  });
  decipher.setAAD(Buffer.from(context));
  decipher.setAuthTag(wrapped.subarray(end));
  return Buffer.concat([decipher.update(wrapped.subarray(1 + nonceBytes, end)), decipher.final()]);
}

function openOr(path: string): Buffer {
  try {
    if (!existsSync(path)) make(path);
    return read(path);
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause)) throw cause;
    throw new PlainError(
      `The root key ${path} can neither be read nor made (${cause.code}): mend the owner or mode ` +
        'of its folder, make room, or name another file with PARLEY_ROOT_KEY_FILE.',
    );
  }
}

function make(path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  const unfinished = `${path}.new`;
  const file = openSync(unfinished, 'w', 0o600);
  writeSync(file, `${randomBytes(keyBytes).toString('base64')}\n`);
  fsyncSync(file);
  closeSync(file);
  renameSync(unfinished, path);
  const folder = openSync(dirname(path), 'r');
  fsyncSync(folder);
  closeSync(folder);
}

function read(path: string): Buffer {
  const othersMay = statSync(path).mode & 0o077;
  if (othersMay !== 0 && process.platform !== 'win32') {
    throw new PlainError(`Others may read the root key ${path}: run chmod 600 on it first.`);
  }
  const key = Buffer.from(readFileSync(path, 'utf8').trim(), 'base64');
  if (key.length === keyBytes) return key;
  throw new PlainError(
    `The root key ${path} is damaged (${key.length} bytes of ${keyBytes}): ` +
      'restore it from your backup.',
  );
}
