import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { UserId } from '../../domain/ids.ts';
import { openFileRootKey } from '../../ops/adapters/keys/file.ts';
import type { RootKey } from '../../ops/adapters/keys/port.ts';
import { migrate } from '../../ops/adapters/tables/migrate.ts';
import type { Tables } from '../../ops/adapters/tables/port.ts';
import { openTestTables } from '../../ops/adapters/tables/testing.ts';
import { accessMigrations } from './credentials.ts';
import type { Tokens } from './tokens.ts';
import { openTokens } from './tokens.ts';

const ada = '0198c5c0-0000-7000-8000-00000000000a' as UserId;
const eve = '0198c5c0-0000-7000-8000-00000000000e' as UserId;
const accessTokenMs = 600_000;

let folder: string;
let tables: Tables;
let rootKey: RootKey;
let nowMs: number;
let tokens: Tokens;
const open = () => openTokens({ tables, rootKey, accessTokenMs, now: () => nowMs });
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'parley-tokens-'));
  rootKey = openFileRootKey({ path: join(folder, 'root.key') });
  tables = await openTestTables();
  await migrate(tables, accessMigrations);
});
beforeEach(async () => {
  nowMs = Date.UTC(2026, 10, 23, 18);
  tokens = await open();
});
afterAll(async () => {
  await tables[Symbol.asyncDispose]();
  await rootKey[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

type Parts = { readonly header: Record<string, unknown>; readonly claims: Record<string, unknown> };
const text = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
const read = (part = '') => JSON.parse(Buffer.from(part, 'base64url').toString());

async function issued(): Promise<Parts & { readonly signature: string; readonly whole: string }> {
  const { accessToken: whole } = await tokens.issue(ada);
  const [header, claims, signature = ''] = whole.split('.');
  return { header: read(header), claims: read(claims), signature, whole };
}

describe('an access token', () => {
  it('has its signature checked once, and runs out all the same', async () => {
    const { accessToken } = await tokens.issue(ada);
    const checks = vi.spyOn(crypto.subtle, 'verify');
    expect((await tokens.verify(accessToken))?.userId).toBe(ada);
    expect(checks).toHaveBeenCalledTimes(1);
    const later = await Promise.all([1, 2, 3].map(() => tokens.verify(accessToken)));
    expect(later.every((found) => found?.userId === ada)).toBe(true);
    expect(checks).toHaveBeenCalledTimes(1);
    nowMs += accessTokenMs;
    expect(await tokens.verify(accessToken)).toBeNull();
    checks.mockRestore();
  });

  it('stands for its person until it runs out', async () => {
    const { accessToken, expiresAtMs } = await tokens.issue(ada);
    expect(expiresAtMs).toBe(nowMs + accessTokenMs);
    expect(await tokens.verify(accessToken)).toEqual({ userId: ada, expiresAtMs });
    nowMs += accessTokenMs - 1_000;
    expect(await tokens.verify(accessToken)).not.toBeNull();
    nowMs += 1_000;
    expect(await tokens.verify(accessToken)).toBeNull();
  });

  it('is good for every process on the same tables, also after a restart', async () => {
    const { accessToken } = await tokens.issue(ada);
    expect((await (await open()).verify(accessToken))?.userId).toBe(ada);
  });

  it('is another each time', async () => {
    const [first, second] = [await tokens.issue(ada), await tokens.issue(ada)];
    expect(first.accessToken).not.toBe(second.accessToken);
  });

  it.each(['', 'x', 'x.y.z', '..', 'Bearer', `${'a'.repeat(10_000)}.b.c`])(
    'is not %s',
    async (token) => {
      expect(await tokens.verify(token)).toBeNull();
    },
  );

  it('is worth nothing once a letter of it is changed', async () => {
    const { header, claims, signature } = await issued();
    const forged = [text(header), text({ ...claims, sub: eve }), signature].join('.');
    expect(await tokens.verify(forged)).toBeNull();
    const longer = { ...claims, exp: Number(claims.exp) + 3_600 };
    expect(await tokens.verify([text(header), text(longer), signature].join('.'))).toBeNull();
  });

  it('is worth nothing without a signature', async () => {
    const { header, claims } = await issued();
    const none = new UnsecuredJWT(claims).encode();
    expect(await tokens.verify(none)).toBeNull();
    expect(await tokens.verify(`${text({ ...header, alg: 'none' })}.${text(claims)}.`)).toBeNull();
    expect(await tokens.verify(`${text(header)}.${text(claims)}.`)).toBeNull();
  });

  it('is worth nothing signed by another key, also one that calls itself ours', async () => {
    const { header, claims } = await issued();
    const { privateKey } = generateKeyPairSync('ed25519');
    const foreign = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'EdDSA', typ: String(header.typ), kid: String(header.kid) })
      .sign(privateKey);
    expect(await tokens.verify(foreign)).toBeNull();
  });

  it('is worth nothing signed with the public key as a secret', async () => {
    const { header, claims } = await issued();
    const secret = Buffer.from(String(header.kid));
    const confused = await new SignJWT(claims)
      .setProtectedHeader({ ...header, alg: 'HS256' })
      .sign(secret);
    expect(await tokens.verify(confused)).toBeNull();
  });
});

describe('a token under our own key', () => {
  /** Signed by the real key, with something that ours never have. */
  const signed = async (claims: object, header: object = {}) => {
    const real = await issued();
    const [row] = await tables.query<{ wrapped: Buffer }>({
      text: 'select wrapped from access.signing_key',
      values: [],
    });
    const key = Buffer.from(
      await rootKey.unwrap(row?.wrapped ?? Buffer.alloc(0), 'access/signing-key'),
    );
    const privateKey = createPrivateKey({ key, format: 'der', type: 'pkcs8' });
    const protectedHeader = { ...real.header, ...header, alg: 'EdDSA' };
    return new SignJWT({ ...real.claims, ...claims })
      .setProtectedHeader(protectedHeader)
      .sign(privateKey);
  };

  it('is good as ours is', async () => {
    expect((await tokens.verify(await signed({})))?.userId).toBe(ada);
  });

  it.each([
    ['for another audience', { aud: 'mail' }, {}],
    ['from another issuer', { iss: 'somebody' }, {}],
    ['of another kind', {}, { typ: 'JWT' }],
    ['under another key id', {}, { kid: 'another' }],
    ['for nobody', { sub: '' }, {}],
    ['for no person’s id', { sub: 'ada' }, {}],
    ['that never runs out', { exp: undefined }, {}],
  ])('%s is none', async (_what, claims, header) => {
    expect(await tokens.verify(await signed(claims, header))).toBeNull();
  });

  it('that begins in the future is none yet', async () => {
    const token = await signed({ nbf: Math.floor(nowMs / 1_000) + 60 });
    expect(await tokens.verify(token)).toBeNull();
    nowMs += 60_000;
    expect(await tokens.verify(token)).not.toBeNull();
  });
});

describe('the signing key', () => {
  it('is one, whoever comes first, and lies wrapped', async () => {
    await tables.execute({ text: 'delete from access.signing_key', values: [] });
    const opened = await Promise.all([open(), open(), open()]);
    const { accessToken } = (await opened[0]?.issue(ada)) ?? { accessToken: '' };
    for (const one of opened) expect((await one.verify(accessToken))?.userId).toBe(ada);
    const rows = await tables.query<{ wrapped: Buffer }>({
      text: 'select wrapped from access.signing_key',
      values: [],
    });
    expect(rows).toHaveLength(1);
    // The fixed beginning of an Ed25519 key in PKCS #8: it would show in an open one.
    expect(rows[0]?.wrapped.includes(Buffer.from('302e020100300506032b6570', 'hex'))).toBe(false);
  });

  it('opens under its own root key only', async () => {
    const other = openFileRootKey({ path: join(folder, 'other.key') });
    const opening = openTokens({ tables, rootKey: other, accessTokenMs, now: () => nowMs });
    await expect(opening).rejects.toThrow(/another root key/);
    await other[Symbol.asyncDispose]();
  });
});
