import { createCipheriv, hkdfSync } from 'node:crypto';
import { expect, test } from 'vitest';
import type { UserId } from '../../domain/ids.ts';
import { createKeyring } from './keyring.ts';

const subject = Buffer.alloc(32, 1);
const month = Buffer.alloc(32, 2);
const scope = (withMonth: boolean) => ({
  subject: 'ada' as UserId,
  month: withMonth ? { conversationId: 'c' as never, utcMonth: '2026-11' } : null,
});
const nonce = Buffer.alloc(12, 3);
const keyring = createKeyring(
  (asked) => ({ subject, month: asked.month ? month : null }),
  () => nonce,
);
const place = { stream: 's', eventId: 'e', field: 'text' };

/** As whoever reads the format with Node's own HKDF would do it. */
function sealedByTheBook(secret: Buffer): string {
  const key = Buffer.from(hkdfSync('sha256', secret, 'parley.sealing.v1', 'e', 32));
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(Buffer.from('s\ne\ntext'));
  const parts = [nonce, cipher.update('hello', 'utf8'), cipher.final(), cipher.getAuthTag()];
  return Buffer.concat(parts).toString('base64');
}

test('what is sealed is AES-256-GCM under HKDF-SHA-256 of both keys, or of the one', () => {
  expect(keyring.seal(scope(true), place, 'hello')).toBe(
    sealedByTheBook(Buffer.concat([subject, month])),
  );
  expect(keyring.seal(scope(false), place, 'hello')).toBe(sealedByTheBook(subject));
});

test('keys that look alike are not taken for each other', () => {
  const other = createKeyring(() => ({ subject: Buffer.alloc(32, 1), month: Buffer.alloc(32, 9) }));
  expect(() => other.open(scope(true), place, keyring.seal(scope(true), place, 'hello'))).toThrow();
  expect(other.tag(scope(true), 'hello')).not.toBe(keyring.tag(scope(true), 'hello'));
});

test('what is too short for a whole tag is refused: a short one could be guessed', () => {
  for (const length of [0, 4, 8, 15, 27]) {
    const made = Buffer.alloc(length).toString('base64');
    expect(() => keyring.open(scope(false), place, made)).toThrow(
      /tag length|vector|authenticate/i,
    );
  }
  const four = Buffer.alloc(4).toString('base64');
  expect(() => keyring.open(scope(false), place, four)).toThrow(/tag length/);
});
