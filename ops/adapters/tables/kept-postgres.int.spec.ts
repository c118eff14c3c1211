import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { openEmbeddedPostgres } from './embedded.ts';
import { TablesUnavailable } from './port.ts';

const folder = mkdtempSync(join(tmpdir(), 'parley-kept-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const open = () => openEmbeddedPostgres({ folder, poolMax: 2, statementTimeoutMs: 5_000 });

function pid(): number {
  return Number(readFileSync(join(folder, 'data/postmaster.pid'), 'utf8').split('\n')[0]);
}

it('is started again when somebody kills it, on the same socket, with all it held', async () => {
  await using tables = await open();
  await tables.script('create table kept (what text)');
  await tables.execute({ text: 'insert into kept (what) values ($1)', values: ['this'] });
  const isHealthy = async () => (await tables.health()).ok;
  for (let round = 0; round < 2; round += 1) {
    const killed = pid();
    process.kill(killed, 'SIGKILL');
    await expect.poll(isHealthy, { timeout: 10_000 }).toBe(false);
    await expect.poll(isHealthy, { timeout: 60_000, interval: 50 }).toBe(true);
    expect(pid()).not.toBe(killed);
    const rows = await tables.query({ text: 'select what from kept', values: [] });
    expect(rows).toEqual([{ what: 'this' }]);
  }
});

it('fails a transaction that was under way, and nothing else of the process', async () => {
  await using tables = await open();
  const uncaught: unknown[] = [];
  const note = (cause: unknown): void => void uncaught.push(cause);
  process.on('uncaughtException', note);
  const between = tables.transaction(async (tx) => {
    await tx.query({ text: 'select 1', values: [] });
    process.kill(pid(), 'SIGKILL');
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    await tx.query({ text: 'select 1', values: [] });
  });
  await expect(between).rejects.toThrow(TablesUnavailable);
  process.off('uncaughtException', note);
  expect(uncaught).toEqual([]);
});

it('stays stopped once it is stopped, even while it was to start again', async () => {
  const tables = await open();
  process.kill(pid(), 'SIGKILL');
  await tables[Symbol.asyncDispose]();
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(() => process.kill(pid(), 0)).toThrow();
});
