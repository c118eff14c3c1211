import type { KeyObject } from 'node:crypto';
import { createPrivateKey, createPublicKey, generateKeyPairSync, randomUUID } from 'node:crypto';
import { jwtVerify, SignJWT } from 'jose';
import type { UserId } from '../../domain/ids.ts';
import { parseUserId } from '../../domain/ids.ts';
import type { RootKey } from '../../ops/adapters/keys/port.ts';
import type { Tables } from '../../ops/adapters/tables/port.ts';

const issuer = 'parley';
const audience = 'parley';
const type = 'at+jwt';
const goodTokensKeptMax = 10_000;

export type Tokens = {
  issue(userId: UserId): Promise<{ readonly accessToken: string; readonly expiresAtMs: number }>;
  /** Null for anything but a good token of ours. */
  verify(token: string): Promise<{ readonly userId: UserId; readonly expiresAtMs: number } | null>;
};

type Found = { readonly userId: UserId; readonly expiresAtMs: number };

/**
 * Access tokens: EdDSA, signed with a key of ours that lies wrapped in Postgres. A signature that
 * was good stays good until the token runs out, so it is looked at once: checking one costs more
 * than many a request.
 */
export async function openTokens(options: {
  readonly tables: Tables;
  readonly rootKey: RootKey;
  readonly accessTokenMs: number;
  readonly now: () => number;
}): Promise<Tokens> {
  const { kid, privateKey } = await signingKey(options.tables, options.rootKey);
  const publicKey = createPublicKey(privateKey);
  const good = new Map<string, Found>(); // by token, the oldest first
  return {
    issue: async (userId) => {
      const issuedAt = Math.floor(options.now() / 1_000);
      const expiresAt = issuedAt + Math.floor(options.accessTokenMs / 1_000);
      const accessToken = await new SignJWT()
        .setProtectedHeader({ alg: 'EdDSA', typ: type, kid })
        .setIssuer(issuer)
        .setAudience(audience)
        .setSubject(userId)
        .setIssuedAt(issuedAt)
        .setExpirationTime(expiresAt)
        .setJti(randomUUID())
        .sign(privateKey);
      return { accessToken, expiresAtMs: expiresAt * 1_000 };
    },
    verify: async (token) => {
      const known = good.get(token);
      if (known && known.expiresAtMs > options.now()) return known;
      try {
        const { payload, protectedHeader } = await jwtVerify(token, publicKey, {
          ...{ algorithms: ['EdDSA'], issuer, audience, typ: type },
          currentDate: new Date(options.now()),
        });
        const userId = parseUserId(payload.sub ?? '');
        if (!userId || protectedHeader.kid !== kid || !payload.exp) return null;
        const found = { userId, expiresAtMs: payload.exp * 1_000 };
        remember(good, token, found);
        return found;
      } catch {
        good.delete(token);
        return null;
      }
    },
  };
}

function remember(good: Map<string, Found>, token: string, found: Found): void {
  good.set(token, found);
  const [oldest] = good.keys();
  if (good.size > goodTokensKeptMax && oldest !== undefined) good.delete(oldest);
}

/** Made once, by whoever comes first. */
async function signingKey(
  tables: Tables,
  rootKey: RootKey,
): Promise<{ readonly kid: string; readonly privateKey: KeyObject }> {
  const fresh = generateKeyPairSync('ed25519').privateKey;
  const wrapped = await rootKey.wrap(
    fresh.export({ format: 'der', type: 'pkcs8' }),
    'access/signing-key',
  );
  await tables.execute({
    text: `insert into access.signing_key (single, kid, wrapped) values (true, $1, $2)
           on conflict (single) do nothing`,
    values: [randomUUID(), wrapped],
  });
  const [row] = await tables.query<{ kid: string; wrapped: Buffer }>({
    text: 'select kid, wrapped from access.signing_key',
    values: [],
  });
  if (!row) throw new Error('there is no signing key');
  const der = Buffer.from(await rootKey.unwrap(row.wrapped, 'access/signing-key'));
  return { kid: row.kid, privateKey: createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }) };
}
