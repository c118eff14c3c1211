import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { PlainError } from '../../../plain-error.ts';

/** Signs what a link allows, and knows its own. */
export type LinkSigner = {
  sign(what: readonly string[]): string;
  isOurs(what: readonly string[], signature: string | null): boolean;
};

const keyBytes = 32;

/**
 * HMAC-SHA-256 under a key that lies beside the objects, for its owner alone; made at first start,
 * by whichever process is first. Another key makes every link that was given away invalid.
 */
export function openLinkSigner(path: string): LinkSigner {
  if (!existsSync(path)) make(path);
  const key = read(path);
  const sign = (what: readonly string[]): Buffer =>
    createHmac('sha256', key).update(JSON.stringify(what)).digest();
  return {
    sign: (what) => sign(what).toString('base64url'),
    isOurs: (what, signature) => {
      const [ours, theirs] = [sign(what), Buffer.from(signature ?? '', 'base64url')];
      return ours.length === theirs.length && timingSafeEqual(ours, theirs);
    },
  };
}

function make(path: string): void {
  const unfinished = `${path}.${process.pid}.new`;
  const file = openSync(unfinished, 'w', 0o600);
  writeSync(file, `${randomBytes(keyBytes).toString('base64')}\n`);
  fsyncSync(file);
  closeSync(file);
  try {
    linkSync(unfinished, path);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause; // another was first
  } finally {
    rmSync(unfinished);
  }
}

function read(path: string): Buffer {
  if ((statSync(path).mode & 0o077) !== 0 && process.platform !== 'win32') {
    throw new PlainError(`Others may read the key of links ${path}: run chmod 600 on it first.`);
  }
  const key = Buffer.from(readFileSync(path, 'utf8').trim(), 'base64');
  if (key.length === keyBytes) return key;
  throw new PlainError(
    `The key of links ${path} is damaged (${key.length} bytes of ${keyBytes}): delete it, and ` +
      'links that were given away end.',
  );
}
