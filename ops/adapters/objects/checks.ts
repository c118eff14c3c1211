import { BadObjectRequest, partsMax } from './port.ts';

/*
 * What every driver takes, and nothing else: a key that is a path on any disk, whatever letters
 * count there as the same, and needs no escaping in a link.
 */
const segment = '[a-z0-9][a-z0-9._-]{0,199}';
const keyPattern = new RegExp(`^${segment}(/${segment})*$`);
const prefixPattern = new RegExp(`^((${segment}/)*(${segment})?)?$`);
const keyCharsMax = 512;
const typePattern = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(; ?[\w-]+=[\w.-]+)?$/;
const typeCharsMax = 127;
const expiresMs = { min: 1_000, max: 7 * 24 * 60 * 60_000 };

/** The key as it is; rejects one that could mean another place. */
export function checkedKey(key: string): string {
  if (key.length <= keyCharsMax && keyPattern.test(key)) return key;
  throw new BadObjectRequest(
    `key is wrong (${JSON.stringify(key.slice(0, 80))}): segments of a-z, 0-9, '.', '_' and '-' ` +
      `that begin with a letter or digit, '/' between them, ${keyCharsMax} characters at most`,
  );
}

/** The beginning of a key, or nothing, which is the beginning of all. */
export function checkedPrefix(prefix: string): string {
  if (prefix.length <= keyCharsMax && prefixPattern.test(prefix)) return prefix;
  throw new BadObjectRequest(`prefix is wrong (${JSON.stringify(prefix.slice(0, 80))})`);
}

export function checkedType(contentType: string): string {
  if (contentType.length <= typeCharsMax && typePattern.test(contentType)) return contentType;
  throw new BadObjectRequest(`contentType is wrong (${JSON.stringify(contentType.slice(0, 80))})`);
}

export function checkedHash(sha256: string | undefined): string | null {
  if (sha256 === undefined || /^[0-9a-f]{64}$/.test(sha256)) return sha256 ?? null;
  throw new BadObjectRequest('sha256 is wrong: 64 digits of 0-9, a-f');
}

/** In seconds, as links count. */
export function checkedSeconds(expiresInMs: number): number {
  const { min, max } = expiresMs;
  if (expiresInMs >= min && expiresInMs <= max && expiresInMs % 1_000 === 0) {
    return expiresInMs / 1_000;
  }
  throw new BadObjectRequest(
    `expiresInMs is wrong (${expiresInMs}): whole seconds, 7 days at most`,
  );
}

export function checkedBytes(name: string, bytes: number): number {
  if (Number.isSafeInteger(bytes) && bytes >= 0) return bytes;
  throw new BadObjectRequest(`${name} is wrong (${bytes}): a whole number of bytes`);
}

export function checkedPart(part: number): number {
  if (Number.isInteger(part) && part >= 1 && part <= partsMax) return part;
  throw new BadObjectRequest(`part is wrong (${part}): 1 to ${partsMax}`);
}
