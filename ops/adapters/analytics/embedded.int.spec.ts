import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { analyticsContract } from './contract.ts';
import { openEmbeddedAnalytics } from './embedded.ts';
import { AnalyticsUnavailable } from './port.ts';

const folders: string[] = [];
function freshFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'parley-analytics-'));
  folders.push(folder);
  return folder;
}

analyticsContract('embedded', async () => {
  const folder = freshFolder();
  const analytics = openEmbeddedAnalytics({ folder });
  return {
    analytics,
    restart: async () => kill(analytics.pid()),
    dispose: async () => {
      await analytics[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true });
    },
  };
});

describe('the embedded engine', () => {
  afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  });
  const one = { sql: 'select 1 as one', as: 'platform' } as const;

  it('starts with the first call, in a process of its own that ends with us', async () => {
    const analytics = openEmbeddedAnalytics({ folder: freshFolder() });
    expect([await analytics.health(), analytics.pid()]).toEqual([{ ok: true }, null]);
    expect(await analytics.ask(one)).toEqual([{ one: 1 }]);
    const pid = analytics.pid();
    expect(isAlive(pid)).toBe(true);
    await analytics[Symbol.asyncDispose]();
    expect(isAlive(pid)).toBe(false);
  });

  it('is not well after a start that failed', async () => {
    const file = join(freshFolder(), 'file');
    writeFileSync(file, '');
    await using analytics = openEmbeddedAnalytics({ folder: join(file, 'engine') });
    await expect(analytics.ask(one)).rejects.toBeInstanceOf(AnalyticsUnavailable);
    expect(await analytics.health()).toMatchObject({ ok: false });
  });

  it('is at the same address after it was killed, and after the next start', async () => {
    const folder = freshFolder();
    const first = openEmbeddedAnalytics({ folder });
    const address = await first.address();
    const pid = first.pid();
    kill(pid);
    await vi.waitUntil(() => first.pid() !== pid, { timeout: 30_000 });
    expect(await first.ask(one)).toEqual([{ one: 1 }]);
    await first[Symbol.asyncDispose]();
    await using second = openEmbeddedAnalytics({ folder });
    expect(await second.address()).toBe(address);
    expect(statSync(join(folder, 'engine.json')).mode & 0o777).toBe(0o600);
  });

  it('ends when the process that started it is killed', async () => {
    const folder = freshFolder();
    const driver = join(import.meta.dirname, 'embedded.ts');
    const script = `
      import { openEmbeddedAnalytics } from ${JSON.stringify(driver)};
      const analytics = openEmbeddedAnalytics({ folder: ${JSON.stringify(folder)} });
      await analytics.address();
      console.log(analytics.pid());`;
    const owner = spawn(process.execPath, ['--input-type=module', '-e', script]);
    const [said] = await once(owner.stdout, 'data');
    expect(isAlive(Number(said))).toBe(true);
    owner.kill('SIGKILL');
    await vi.waitUntil(() => !isAlive(Number(said)), { timeout: 30_000 });
  });

  it('refuses who has no account, and says nothing of it elsewhere', async () => {
    await using analytics = openEmbeddedAnalytics({ folder: freshFolder() });
    const { origin } = new URL((await analytics.address()) ?? '');
    for (const authorization of [
      '',
      `Basic ${btoa('parley:guessed')}`,
      `Basic ${btoa('analyst')}`,
    ]) {
      const answer = await fetch(origin, {
        ...{ method: 'POST', body: 'select 1', headers: { authorization } },
      });
      expect([answer.status, await answer.text()]).toEqual([
        ...[403, expect.stringContaining('AUTHENTICATION_FAILED')],
      ]);
    }
    const command = readFileSync(`/proc/${analytics.pid()}/cmdline`, 'utf8');
    expect(command).not.toContain(new URL((await analytics.address()) ?? '').password);
  });

  it('holds a reader to one bounded SELECT on the facts, whatever her address says', async () => {
    await using analytics = openEmbeddedAnalytics({ folder: freshFolder() });
    const url = new URL((await analytics.address()) ?? '');
    const authorization = `Basic ${btoa(url.searchParams.get('reader') ?? '')}`;
    const asked = (body: string, query = '') =>
      fetch(`${url.origin}/?${query}`, {
        ...{ method: 'POST', body, headers: { authorization } },
      }).then((answer) => answer.text());
    const processes = 'select * from processes';
    expect(await asked(processes, 'max_execution_time=0')).toContain('should not be changed');
    expect(await asked(processes, 'readonly=0')).toContain('should not be changed');
    expect(await asked(processes, 'database=system')).toContain('UNKNOWN_TABLE');
    expect(await asked('select sum(number) from numbers(400000000)')).toContain('TOO_MANY_BYTES');
    expect(await asked("select file('/etc/passwd')")).toContain('ACCESS_DENIED');
    expect(await asked('kill query where 1')).toContain('READONLY');
  });

  it('is switched off where chdb has no engine for the machine; the rest goes on', async () => {
    const hooks = `import{registerHooks}from"node:module";registerHooks({resolve(name,context,next){
      if(name==="chdb")throw new Error("planted");return next(name,context)}})`;
    const before = process.env.NODE_OPTIONS;
    process.env.NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(hooks)}`;
    const warned = new Promise<Error>((resolve) => process.once('warning', resolve));
    try {
      await using analytics = openEmbeddedAnalytics({ folder: freshFolder() });
      await expect(analytics.ask(one)).rejects.toBeInstanceOf(AnalyticsUnavailable);
      await expect(analytics.define([])).rejects.toThrow(/^Analytics are switched off on this/);
      expect(await analytics.health()).toMatchObject({ ok: false });
      expect((await warned).message).toContain('chdb has no engine for this machine');
    } finally {
      process.env.NODE_OPTIONS = before ?? '';
    }
  });
});

function kill(pid: number | null): void {
  if (pid !== null) process.kill(pid, 'SIGKILL');
}

function isAlive(pid: number | null): boolean {
  return existsSync(`/proc/${pid}`);
}
