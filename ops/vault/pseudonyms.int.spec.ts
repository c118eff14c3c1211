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
import { openPseudonyms } from './pseudonyms.ts';
import { openVault, vaultMigrations } from './vault.ts';

let tables: Tables;
let rootKey: RootKey;
const folder = mkdtempSync(join(tmpdir(), 'parley-pseudonyms-'));
beforeAll(async () => {
  tables = await openTestTables();
  await migrate(tables, vaultMigrations);
  rootKey = openFileRootKey({ path: join(folder, 'root.key') });
});
afterAll(async () => {
  await tables[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

const open = () => openVault({ tables, rootKey });
const someone = async () => {
  const userId = v7() as UserId;
  await open().forSealing([{ subject: userId, month: null }]);
  return userId;
};
const nameOf = async (userId: UserId, vault = open()) =>
  (await openPseudonyms(vault).namesFor([userId])).person(userId);

describe('pseudonyms', () => {
  it('are the same in every process, and one for each person and conversation', async () => {
    const [ada, bob] = [await someone(), await someone()];
    const talk = v7() as ConversationId;
    const conversationOf = async () =>
      (await openPseudonyms(open()).namesFor([])).conversation(talk);
    expect(await nameOf(ada)).toMatch(/^\d{10,20}$/);
    expect(await nameOf(ada)).toBe(await nameOf(ada));
    expect(await nameOf(bob)).not.toBe(await nameOf(ada));
    expect(await conversationOf()).toBe(await conversationOf());
  });

  it('cannot be found again once the person’s key is destroyed, by nobody', async () => {
    const [ada, bob] = [await someone(), await someone()];
    const [vault, before] = [open(), await nameOf(bob)];
    expect(await nameOf(ada, vault)).not.toBe('0');
    await vault.destroySubject(ada);
    expect(await nameOf(ada, vault)).toBe('0');
    expect(await nameOf(ada)).toBe('0');
    expect(await nameOf(bob)).toBe(before);
  });

  it('make no key for a person who has none', async () => {
    const nobody = v7() as UserId;
    expect(await nameOf(nobody)).toBe('0');
    const keys = await tables.query({
      text: 'select 1 as one from vault.key where name = $1',
      values: [`subject/${nobody}`],
    });
    expect(keys).toEqual([]);
  });
});
