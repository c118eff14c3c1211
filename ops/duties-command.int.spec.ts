import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accessMigrations, keepHandle, reserve } from '../api/auth/credentials.ts';
import { hasDuty } from '../api/auth/duties.ts';
import type { UserId } from '../domain/ids.ts';
import { migrate } from './adapters/tables/migrate.ts';
import type { Tables } from './adapters/tables/port.ts';
import { openTestTables } from './adapters/tables/testing.ts';
import { dutiesCommand } from './duties-command.ts';
import { PlainError } from './plain-error.ts';

let tables: Tables;
const ada = v7() as UserId;
beforeAll(async () => {
  tables = await openTestTables();
  await migrate(tables, accessMigrations);
  const account = { userId: ada, email: 'ada@example.org', password: '', name: 'Ada' };
  await reserve(tables, { ...account, handle: 'ada' });
  await keepHandle(tables, ada, 'ada');
});
afterAll(async () => {
  await tables[Symbol.asyncDispose]();
});

async function run(...args: readonly string[]) {
  const said: string[] = [];
  const out = { write: (text: string) => void said.push(text) };
  const code = await dutiesCommand({ args, out, tables: async () => tables });
  return { code, said: said.join('') };
}

describe('npm run duties', () => {
  it('gives a duty, lists it and takes it away', async () => {
    expect(await run()).toEqual({ code: 0, said: 'Nobody has a duty.\n' });
    expect(await run('grant', 'analyst', '@Ada')).toEqual({ code: 0, said: '@Ada is analyst.\n' });
    expect(await run('grant', 'analyst', 'ada')).toMatchObject({ code: 0 });
    expect(await hasDuty(tables, ada, 'analyst')).toBe(true);
    expect((await run()).said).toMatch(/^analyst ada since 20/);
    expect(await run('revoke', 'analyst', 'ada')).toMatchObject({ code: 0 });
    expect(await hasDuty(tables, ada, 'analyst')).toBe(false);
    expect(await run('revoke', 'analyst', 'ada')).toMatchObject({ code: 1 });
  });

  it.each([
    [['grant', 'king', 'ada']],
    [['grant', 'analyst']],
    [['grant', 'analyst', 'nobody']],
    [['give']],
    [['list', 'analyst']],
  ])('says in one sentence what is wrong with %j', async (args) => {
    await expect(run(...args)).rejects.toThrow(PlainError);
  });
});
