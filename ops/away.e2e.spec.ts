import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const data = mkdtempSync(join(tmpdir(), 'parley-away-'));
afterAll(() => rmSync(data, { recursive: true, force: true }));

/** What a start says that cannot succeed. */
function refusal(environment: Readonly<Record<string, string>>): string {
  const env = { ...process.env, PARLEY_DATA: data, PARLEY_PORT: '0', ...environment };
  const options = { cwd: root, env, encoding: 'utf8', timeout: 60_000 } as const;
  const words = ['ops/launch.cjs', 'ops/start.ts'];
  const { status, stdout, stderr } = spawnSync(process.execPath, words, options);
  expect([status, stdout]).toEqual([1, '']);
  expect(stderr.trim().split('\n')).toHaveLength(1);
  return stderr;
}

describe('a start that cannot succeed says in one sentence why, and what to do', () => {
  it.each([
    [
      { DATABASE_URL: 'postgres://127.0.0.1:1/x' },
      /^Postgres does not answer .* check its address\.$/m,
    ],
    [
      { PARLEY_EVENT_STORE: 'esdb://127.0.0.1:1?tls=false' },
      /^EventStoreDB did not answer .* check that it runs and the address, then try again\.$/m,
    ],
    [{ PARLEY_HOST: '203.0.113.1' }, /^Parley cannot listen on .* check PARLEY_HOST/],
    [{ PARLEY_PORT: '99999' }, /^PARLEY_PORT is wrong/],
  ])('%j', (environment, sentence) => {
    expect(refusal(environment)).toMatch(sentence);
  });

  it('a port in use', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => holder.once('listening', resolve));
    const address = holder.address();
    const port = typeof address === 'object' && address !== null ? String(address.port) : '';
    expect(refusal({ PARLEY_PORT: port })).toMatch(
      /^Port \d+ is in use by another program: .*0 picks/,
    );
    holder.close();
  });
});
