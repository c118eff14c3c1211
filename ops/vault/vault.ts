import { randomBytes } from 'node:crypto';
import type { ConversationId, UserId } from '../../domain/ids.ts';
import type { Keyring, SealingScope, Vault } from '../../schemas/events/sealing.ts';
import type { RootKey } from '../adapters/keys/port.ts';
import { RootKeyMismatch } from '../adapters/keys/port.ts';
import type { Tables } from '../adapters/tables/port.ts';
import { openKeyCache } from './key-cache.ts';
import { createKeyring } from './keyring.ts';

/** The vault with what only retention and erasure may do. */
export type OwnedVault = Vault & {
  /** Everything the person ever said can no longer be opened, anywhere, from now on. */
  destroySubject(userId: UserId): Promise<void>;
  /** The same for all that was said in a conversation in a month ('2026-11'). */
  destroyMonth(conversationId: ConversationId, utcMonth: string): Promise<void>;
  /** Tells of each key that was destroyed in this process, with the keyring without it. */
  whenDestroyed(hear: (keyring: Keyring) => void): void;
  /** Whose keys lie in the tables: this root key's, another's, or none at all. */
  recognise(): Promise<'ours' | 'foreign' | 'none'>;
  /** Leaves a first key if it is missing: by it every later start knows its root key again. */
  claim(): Promise<void>;
};

export type VaultOptions = {
  readonly tables: Tables;
  readonly rootKey: RootKey;
  readonly keysCachedMax?: number | undefined; // 50,000 unless told
  /** Makes a key of 32 bytes; secret chance unless told. */
  readonly newKey?: (() => Buffer) | undefined;
};

/** One name for each key: `subject/<user>`, `month/<conversation>/<month>`, and the first one. */
type KeyName = string;

/**
 * Keys lie wrapped in Postgres. A key is stored before anything is sealed with it; only keys that
 * exist are remembered, so a key that another process makes is found, and a key that is gone is
 * gone here too once it was forgotten.
 */
export function openVault(options: VaultOptions): OwnedVault {
  const { tables, rootKey, keysCachedMax = 50_000, newKey = () => randomBytes(32) } = options;
  const cache = openKeyCache(keysCachedMax);
  const heard: ((keyring: Keyring) => void)[] = [];

  const find = async (names: readonly KeyName[]): Promise<void> => {
    const missing = names.filter((name) => !cache.has(name));
    if (missing.length === 0) return;
    const rows = await tables.query<{ name: string; wrapped: Buffer }>({
      name: 'vault-find',
      text: 'select name, wrapped from vault.key where name = any($1::text[])',
      values: [missing],
    });
    for (const { name, wrapped } of rows) {
      cache.put(name, Buffer.from(await rootKey.unwrap(wrapped, name)));
    }
  };

  const make = async (names: readonly KeyName[]): Promise<void> => {
    const wanted = names.filter((name) => !cache.has(name)).sort();
    if (wanted.length === 0) return;
    const wrapped = await Promise.all(wanted.map((name) => rootKey.wrap(newKey(), name)));
    await tables.execute({
      name: 'vault-make',
      text: `insert into vault.key (name, wrapped)
             select * from unnest($1::text[], $2::bytea[]) on conflict (name) do nothing`,
      values: [wanted, wrapped],
    });
    await find(wanted);
  };

  const keyring = createKeyring((scope) => {
    const subject = cache.get(subjectName(scope.subject));
    if (!subject) return null;
    if (!scope.month) return { subject, month: null };
    const month = cache.get(monthName(scope.month));
    return month ? { subject, month } : null;
  });

  return {
    forSealing: async (scopes) => {
      const names = namesOf(scopes);
      if (names.every((name) => cache.has(name))) return keyring;
      await find(names);
      await make(names);
      return keyring;
    },
    forOpening: async (scopes) => {
      await find(namesOf(scopes));
      return keyring;
    },
    destroySubject: (userId) => destroy(subjectName(userId)),
    destroyMonth: (conversationId, utcMonth) => destroy(monthName({ conversationId, utcMonth })),
    whenDestroyed: (hear) => void heard.push(hear),
    recognise: () => recognise(tables, rootKey),
    claim: () => make([firstName]),
  };

  async function destroy(name: KeyName): Promise<void> {
    await tables.execute({
      name: 'vault-destroy',
      text: 'delete from vault.key where name = $1',
      values: [name],
    });
    cache.forget(name);
    for (const hear of heard) hear(keyring);
  }
}

async function recognise(tables: Tables, rootKey: RootKey): Promise<'ours' | 'foreign' | 'none'> {
  const [row] = await tables.query<{ name: string; wrapped: Buffer }>({
    text: 'select name, wrapped from vault.key order by name limit 1',
    values: [],
  });
  if (!row) return 'none';
  try {
    await rootKey.unwrap(row.wrapped, row.name);
    return 'ours';
  } catch (cause) {
    if (cause instanceof RootKeyMismatch) return 'foreign';
    throw cause;
  }
}

/** Seals nothing, and is never destroyed. */
const firstName: KeyName = 'first';

/** The tables of record that the vault keeps. */
export const vaultMigrations = [
  {
    name: 'vault-1',
    text: `
      create schema vault;
      create table vault.key (
        name text primary key, -- subject/<user> or month/<conversation>/<month>
        wrapped bytea not null, -- under the root key, its name as context
        made_at timestamptz not null default now()
      );`,
  },
];

function subjectName(userId: UserId): KeyName {
  return `subject/${userId}`;
}

function monthName({ conversationId, utcMonth }: NonNullable<SealingScope['month']>): KeyName {
  return `month/${conversationId}/${utcMonth}`;
}

function namesOf(scopes: readonly SealingScope[]): readonly KeyName[] {
  const names = new Set<KeyName>();
  for (const { subject, month } of scopes) {
    names.add(subjectName(subject));
    if (month) names.add(monthName(month));
  }
  return [...names];
}
