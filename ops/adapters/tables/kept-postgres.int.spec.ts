import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';
import { openEmbeddedPostgres } from './embedded.ts';
import { TablesUnavailable } from './port.ts';

const folders: string[] = [];
const newFolder = () => {
  const made = mkdtempSync(join(tmpdir(), 'parley-kept-'));
  folders.push(made);
  return made;
};
const folder = newFolder();
afterAll(() => {
  for (const made of folders) rmSync(made, { recursive: true, force: true });
});

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

it('is started again as a whole when one of its processes dies', async () => {
  await using tables = await open();
  const isHealthy = async () => (await tables.health()).ok;
  const killed = pid();
  const backend = await tables.query<{ pid: number }>({
    text: 'select pg_backend_pid() as pid',
    values: [],
  });
  const [{ pid: one }] = backend as [{ pid: number }];
  expect(one).toBeGreaterThan(1);
  process.kill(one, 'SIGKILL');
  await expect.poll(pid, { timeout: 60_000, interval: 50 }).not.toBe(killed);
  await expect.poll(isHealthy, { timeout: 60_000, interval: 50 }).toBe(true);
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

it.each([
  ['does not start', 'data/PG_VERSION', /Postgres did not start/],
  ['does not let us in', 'password', /does not hold the password/],
])('leaves neither folder of sockets nor process behind where it %s', async (_, file, said) => {
  const [damaged, temporary] = [newFolder(), newFolder()];
  chmodSync(temporary, 0o755); // as Postgres may work under another account
  const asked = { folder: damaged, poolMax: 2, statementTimeoutMs: 5_000 };
  await (await openEmbeddedPostgres(asked))[Symbol.asyncDispose]();
  writeFileSync(join(damaged, file), '1\n');
  vi.stubEnv('TMPDIR', temporary);
  await expect(openEmbeddedPostgres(asked)).rejects.toThrow(said);
  vi.unstubAllEnvs();
  expect(readdirSync(temporary)).toEqual([]);
  expect(existsSync(join(damaged, 'data/postmaster.pid'))).toBe(false);
});
