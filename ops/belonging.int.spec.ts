import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { v7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { UserId } from '../domain/ids.ts';
import type { EventStore } from './adapters/event-store/port.ts';
import { openFileRootKey } from './adapters/keys/file.ts';
import { migrate } from './adapters/tables/migrate.ts';
import type { Tables } from './adapters/tables/port.ts';
import { openTestTables } from './adapters/tables/testing.ts';
import { refuseStrangers } from './belonging.ts';
import { openVault, vaultMigrations } from './vault/vault.ts';

let tables: Tables;
const folder = mkdtempSync(join(tmpdir(), 'parley-belonging-'));
const rootKeyPath = join(folder, 'root.key');
const rootKey = openFileRootKey({ path: rootKeyPath });
beforeAll(async () => {
  tables = await openTestTables();
  await migrate(tables, vaultMigrations);
});
beforeEach(() => tables.execute({ text: 'delete from vault.key', values: [] }));
afterAll(async () => {
  await tables[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

const vault = () => openVault({ tables, rootKey });

/** A start over a log that ends at the position, with read models that hold all of it. */
function start(position: bigint): Promise<void> {
  const at = async () => position;
  const eventStore = { head: at, end: at } as unknown as EventStore;
  return refuseStrangers({ vault: vault(), eventStore, rootKeyPath, shown: at });
}

describe('the first key', () => {
  it('is left by the very first start', async () => {
    await start(0n);
    expect(await vault().recognise()).toBe('ours');
  });

  it('is left by a start that finds only others of ours, and outlives them', async () => {
    const subject = v7() as UserId;
    await vault().forSealing([{ subject, month: null }]);
    await start(7n);
    await vault().destroySubject(subject);
    await expect(start(7n)).resolves.toBeUndefined();
  });

  it('is never left over a log whose keys are gone', async () => {
    await expect(start(7n)).rejects.toThrow(/the tables hold none of the keys/);
    expect(await vault().recognise()).toBe('none');
  });
});
