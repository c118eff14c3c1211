import { argon2Sync, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { limits } from '../limits.ts';
import { openPasswords } from './passwords.ts';

const passwords = openPasswords();

/** A PHC string as another day's parameters made it. */
function phcOf(password: string, { memory = 19_456, passes = 2 } = {}): string {
  const nonce = randomBytes(16);
  const cost = { memory, passes, parallelism: 1, tagLength: 32 };
  const tag = argon2Sync('argon2id', { message: Buffer.from(password), nonce, ...cost });
  const text = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');
  return `$argon2id$v=19$m=${memory},t=${passes},p=1$${text(nonce)}$${text(tag)}`;
}

describe('a password', () => {
  it('is kept as argon2id with the parameters of today, and a salt of its own', async () => {
    const [first, second] = await Promise.all([passwords.hash('horse'), passwords.hash('horse')]);
    expect(first).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
    expect(first).not.toBe(second);
  });

  it('fits its own hash and no other', async () => {
    const phc = await passwords.hash('correct horse');
    expect(await passwords.verify('correct horse', phc)).toBe(true);
    expect(await passwords.verify('correct horse ', phc)).toBe(false);
    expect(await passwords.verify('', phc)).toBe(false);
  });

  it('is the same however the keyboard composes its letters', async () => {
    const phc = await passwords.hash('caf\u00e9 au lait');
    expect(await passwords.verify('cafe\u0301 au lait', phc)).toBe(true);
  });

  it('of nobody fits nothing', async () => {
    expect(await passwords.verify('correct horse', null)).toBe(false);
  });

  it.each([
    '',
    'plain text',
    '$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy',
    '$argon2id$v=19$m=19456,t=2,p=1$$',
  ])('fits no string that is no hash of ours: %s', async (phc) => {
    expect(await passwords.verify('plain text', phc)).toBe(false);
    expect(passwords.isOld(phc)).toBe(true);
  });

  it('under weaker parameters still fits, and is called old', async () => {
    for (const weaker of [{ memory: 8_192 }, { passes: 1 }]) {
      const phc = phcOf('correct horse', weaker);
      expect(await passwords.verify('correct horse', phc)).toBe(true);
      expect(passwords.isOld(phc)).toBe(true);
    }
    expect(passwords.isOld(await passwords.hash('correct horse'))).toBe(false);
  });
});

describe('passwords at once', () => {
  it('are refused with a time when too many wait, and the rest is answered', async () => {
    const atOnce = limits.passwordHashesAtOnceMax + limits.passwordHashesWaitingMax;
    const phc = phcOf('horse', { memory: 8, passes: 1 });
    const asked = Array.from({ length: atOnce + 3 }, () => passwords.verify('horse', phc));
    const answers = await Promise.allSettled(asked);
    const refused = answers.filter((answer) => answer.status === 'rejected');
    expect(refused).toHaveLength(3);
    for (const { reason } of refused) {
      expect(reason).toMatchObject({ extensions: { code: 'LIMITED', retryAfterMs: 1_000 } });
    }
    expect(await passwords.verify('horse', phc)).toBe(true);
  });
});
