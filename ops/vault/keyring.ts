import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import type { Keyring, Place, SealingScope } from '../../schemas/events/sealing.ts';

/** The 32-byte keys of a scope; null when one of them is gone. */
export type ScopeKeys = { readonly subject: Buffer; readonly month: Buffer | null } | null;

const nonceBytes = 12;
const tagBytes = 16;

/**
 * Seals with AES-256-GCM under HKDF-SHA-256 of subject key and conversation-month key, a key of its
 * own for
 * each event; stream, event and field are bound as associated data.
 */
export function createKeyring(
  keysOf: (scope: SealingScope) => ScopeKeys,
  nonce: () => Buffer = () => randomBytes(nonceBytes),
): Keyring {
  const present = (scope: SealingScope): NonNullable<ScopeKeys> => {
    const keys = keysOf(scope);
    if (!keys) throw new Error('The keyring was not asked for the keys of this scope.');
    return keys;
  };
  return {
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
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, nonceBytes));
      decipher.setAAD(associated(place));
      decipher.setAuthTag(bytes.subarray(end));
      const text = decipher.update(bytes.subarray(nonceBytes, end), undefined, 'utf8');
      return text + decipher.final('utf8');
    },
    tag: (scope, text) =>
      createHmac('sha256', derive(present(scope), 'content-tag'))
        .update(text)
        .digest()
        .subarray(0, 16)
        .toString('base64url'),
  };
}

function derive({ subject, month }: NonNullable<ScopeKeys>, purpose: string): Buffer {
  const secret = month ? Buffer.concat([subject, month]) : subject;
  return Buffer.from(hkdfSync('sha256', secret, 'parley.sealing.v1', purpose, 32));
}

function associated({ stream, eventId, field }: Place): Buffer {
  return Buffer.from(`${stream}\n${eventId}\n${field}`);
}
