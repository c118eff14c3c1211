import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ConversationId, UserId } from '../../domain/ids.ts';
import { openFileRootKey } from '../adapters/keys/file.ts';
import type { RootKey } from '../adapters/keys/port.ts';
import { migrate } from '../adapters/tables/migrate.ts';
import type { Tables } from '../adapters/tables/port.ts';
import { openTestTables } from '../adapters/tables/testing.ts';
import { openVault, vaultMigrations } from './vault.ts';

let tables: Tables;
let rootKey: RootKey;
const folder = mkdtempSync(join(tmpdir(), 'parley-vault-'));
beforeAll(async () => {
  tables = await openTestTables();
  await migrate(tables, vaultMigrations);
  rootKey = openFileRootKey({ path: join(folder, 'root.key') });
});
afterAll(async () => {
  await tables[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

const scopeOf = () => ({
  subject: v7() as UserId,
  month: { conversationId: v7() as ConversationId, utcMonth: '2026-11' },
});
const place = { stream: 'conversation-1', eventId: 'e1', field: 'text' };
const open = () => openVault({ tables, rootKey });

describe('the vault', () => {
  it('stores keys before anything is sealed with them: another process opens it', async () => {
    const scope = scopeOf();
    const sealed = (await open().forSealing([scope])).seal(scope, place, 'durable');
    expect((await open().forOpening([scope])).open(scope, place, sealed)).toBe('durable');
  });

  it('makes one key when two processes need it at once', async () => {
    const scope = scopeOf();
    const [one, two] = await Promise.all([open().forSealing([scope]), open().forSealing([scope])]);
    const sealed = one.seal(scope, place, 'agreed');
    expect(two.open(scope, place, sealed)).toBe('agreed');
  });

  it('asks nothing of Postgres once it knows the keys', async () => {
    const vault = open();
    const scope = scopeOf();
    await vault.forSealing([scope]);
    const before = tables.counters().statements;
    await vault.forSealing([scope]);
    await vault.forOpening([scope]);
    expect(tables.counters().statements).toBe(before);
  });

  it('makes thousands of keys in a few statements', async () => {
    const before = tables.counters().statements;
    await open().forSealing(Array.from({ length: 2_000 }, scopeOf));
    expect(tables.counters().statements - before).toBeLessThanOrEqual(3);
  });

  it.each(['subject', 'month'] as const)(
    'opens nothing once the %s key is destroyed',
    async (which) => {
      const vault = open();
      const scope = scopeOf();
      const sealed = (await vault.forSealing([scope])).seal(scope, place, 'for now');
      if (which === 'subject') await vault.destroySubject(scope.subject);
      else await vault.destroyMonth(scope.month.conversationId, scope.month.utcMonth);
      expect((await vault.forOpening([scope])).open(scope, place, sealed)).toBe(null);
      expect((await open().forOpening([scope])).open(scope, place, sealed)).toBe(null);
    },
  );

  it('never makes a key for opening', async () => {
    const scope = scopeOf();
    const keyring = await open().forOpening([scope]);
    expect(keyring.open(scope, place, 'AAAA')).toBe(null);
    const rows = await tables.query({
      text: 'select 1 from vault.key where name = $1',
      values: [`subject/${scope.subject}`],
    });
    expect(rows).toEqual([]);
  });

  it('keeps only wrapped keys in Postgres', async () => {
    const rows = await tables.query<{ wrapped: Buffer }>({
      text: 'select wrapped from vault.key limit 5',
      values: [],
    });
    for (const { wrapped } of rows) expect(wrapped.length).toBe(1 + 12 + 32 + 16);
  });
});
