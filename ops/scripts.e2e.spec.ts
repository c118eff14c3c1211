import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const base = mkdtempSync(join(tmpdir(), 'parley-scripts-'));
const data = join(base, 'data');
afterAll(() => rmSync(base, { recursive: true, force: true }));

const { scripts }: { readonly scripts: Readonly<Record<string, string>> } = JSON.parse(
  readFileSync(join(root, 'package.json'), 'utf8'),
);

function run(command: string, ...args: readonly string[]) {
  const [, ...words] = command.split(' ');
  const env = { ...process.env, PARLEY_DATA: data, PARLEY_PORT: '0' };
  const options = { cwd: root, env, encoding: 'utf8', timeout: 60_000 } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, [...words, ...args], options);
  return { status, stdout, stderr };
}

describe.each(Object.entries(scripts))('npm run %s', (name, command) => {
  it('explains itself with --help, and touches nothing', () => {
    const { status, stdout, stderr } = run(command, '--help');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(new RegExp(`^npm (run )?${name}\\b`));
    expect(existsSync(data)).toBe(false);
  });

  it('refuses an option that it does not know with one sentence', () => {
    const { status, stdout, stderr } = run(command, '--no-such-option');
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/--help.*\.\n$/);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});
