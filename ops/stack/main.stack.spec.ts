import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { servers } from './servers.ts';
import { lackOf } from './testing.ts';

const root = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'parley-stack-'));
const had = servers.filter((server) => lackOf(server) === null);

function stack(...args: readonly string[]) {
  const words = [join(root, 'ops/launch.cjs'), join(root, 'ops/stack/main.ts'), ...args];
  return spawnSync(process.execPath, words, { cwd: folder, encoding: 'utf8' });
}

describe.skipIf(had.length === 0)('npm run stack', () => {
  afterAll(() => {
    stack('stop');
    rmSync(folder, { recursive: true, force: true });
  });
  const options = () => readFileSync(join(folder, '.parley-stack/env'), 'utf8');

  it('brings each server up, and writes the options that name it', () => {
    const { status, stdout } = stack();
    expect(status).toBe(0);
    for (const { name, option } of had) {
      expect(stdout).toMatch(new RegExp(`^${name} +ready on \\d+ after`, 'm'));
      expect(options()).toContain(`${option(0).name}=`);
    }
  });

  it('leaves alone what runs already', () => {
    const before = options();
    const { stdout } = stack('up');
    for (const { name } of had) expect(stdout).toMatch(new RegExp(`^${name} +runs already`, 'm'));
    expect(options()).toBe(before);
    expect(stack('status').stdout).toMatch(/ready on \d+, process \d+/);
  });

  it('ends them, and starts them again where they were', () => {
    const before = options();
    expect(stack('stop').stdout).toMatch(/stopped/);
    expect(stack('status').stdout).toMatch(/does not run/);
    expect(options()).toBe('');
    expect(stack('up').status).toBe(0);
    expect(options()).toBe(before);
    expect(stack('reset').status).toBe(0);
  });

  it('puts a balancer before gateways that are yet to come, only by its name', () => {
    expect(stack('status').stdout).toMatch(/^haproxy +does not run/m);
    const { status, stdout } = stack('haproxy', '--gateways', '4011,4012');
    expect([status, stdout]).toEqual([0, expect.stringMatching(/^haproxy +ready on \d+ after/m)]);
    expect(options()).toContain('PARLEY_TRUSTED_PROXIES=127.0.0.1');
    expect(stack('reset').status).toBe(0);
    const { stderr } = stack('haproxy', '--gateways', '4011');
    expect(stderr).toMatch(/^--gateways takes two ports, as in 4001,4002: not 4011/);
  });

  it('refuses a name that it does not know', () => {
    const { status, stderr } = stack('up', 'mainframe');
    expect([status, stderr]).toEqual([1, expect.stringMatching(/^There is no server mainframe\./)]);
  });
});
