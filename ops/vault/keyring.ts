import type { KeyObject } from 'node:crypto';
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  randomBytes,
} from 'node:crypto';
import type { Keyring, Place, SealingScope } from '../../schemas/events/sealing.ts';

/** The 32-byte keys of a scope; null when one of them is gone. */
export type ScopeKeys = { readonly subject: Buffer; readonly month: Buffer | null } | null;

const nonceBytes = 12;
const tagBytes = 16;

/**
 * Seals with AES-256-GCM under HKDF-SHA-256 of subject key and conversation-month key, a key of its
 * own for each event; stream, event and field are bound as associated data.
 */
export function createKeyring(
  keysOf: (scope: SealingScope) => ScopeKeys,
  nonce: () => Buffer = openNonces(),
): Keyring {
  const present = (scope: SealingScope): NonNullable<ScopeKeys> => {
    const keys = keysOf(scope);
    if (!keys) throw new Error('The keyring was not asked for the keys of this scope.');
    return keys;
  };
  return {
    holds: (scope) => keysOf(scope) !== null,
    seal: (scope, place, text) => {
      const fresh = nonce();
      const cipher = createCipheriv('aes-256-gcm', derive(present(scope), place.eventId), fresh);
      cipher.setAAD(associated(place));
      const sealed = [cipher.update(text, 'utf8'), cipher.final()];
      return Buffer.concat([fresh, ...sealed, cipher.getAuthTag()]).toString('base64');
    },
    open: (scope, place, sealed) => {
      const keys = keysOf(scope);
      if (!keys) return null;
      const bytes = Buffer.from(sealed, 'base64');
      const end = bytes.length - tagBytes;
      const key = derive(keys, place.eventId);
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, nonceBytes), {
        authTagLength: tagBytes, // else a short one would do, which can be guessed
      });
      decipher.setAAD(associated(place));
      decipher.setAuthTag(bytes.subarray(end));
      const text = decipher.update(bytes.subarray(nonceBytes, end), undefined, 'utf8');
      return text + decipher.final('utf8');
    },
    tag: (scope, text) =>
      createHmac('sha256', tagKeyOf(present(scope)))
        .update(text)
        .digest()
        .subarray(0, 16)
        .toString('base64url'),
  };
}

const noncesDrawnAtOnce = 512;

/** Random bytes, each used once; drawn for many at a time, as a call costs more than its bytes. */
function openNonces(): () => Buffer {
  let drawn = Buffer.alloc(0);
  return () => {
    if (drawn.length < nonceBytes) drawn = randomBytes(nonceBytes * noncesDrawnAtOnce);
    const fresh = drawn.subarray(0, nonceBytes);
    drawn = drawn.subarray(nonceBytes);
    return fresh;
  };
}

/** What a scope's keys come to, kept as long as the keys themselves are. */
type Derived = { readonly secret: KeyObject; tagKey: KeyObject | null };
const derived = new WeakMap<Buffer, WeakMap<Buffer, Derived>>();
const noMonth = Buffer.alloc(0);
const salt = createSecretKey(Buffer.from('parley.sealing.v1'));

/**
 * HKDF-SHA-256 (RFC 5869) by its two steps, so that the first is done once for a scope. Keys are
 * KeyObjects throughout: Node takes raw bytes too, at five times the cost.
 */
function derive(keys: NonNullable<ScopeKeys>, purpose: string): KeyObject {
  return expand(derivedOf(keys).secret, purpose);
}

function tagKeyOf(keys: NonNullable<ScopeKeys>): KeyObject {
  const known = derivedOf(keys);
  known.tagKey ??= expand(known.secret, 'content-tag');
  return known.tagKey;
}

function derivedOf({ subject, month }: NonNullable<ScopeKeys>): Derived {
  const months = derived.get(subject) ?? new WeakMap<Buffer, Derived>();
  derived.set(subject, months);
  const known = months.get(month ?? noMonth);
  if (known) return known;
  const hmac = createHmac('sha256', salt).update(subject);
  const extracted = (month ? hmac.update(month) : hmac).digest();
  const made = { secret: createSecretKey(extracted), tagKey: null };
  months.set(month ?? noMonth, made);
  return made;
}

/** The first and only block of the second step: 32 bytes are one output of SHA-256. */
function expand(secret: KeyObject, purpose: string): KeyObject {
  return createSecretKey(createHmac('sha256', secret).update(`${purpose}\x01`).digest());
}

function associated({ stream, eventId, field }: Place): Buffer {
  return Buffer.from(`${stream}\n${eventId}\n${field}`);
}
