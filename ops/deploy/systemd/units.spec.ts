import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { options } from '../../config/environment.ts';
import { root } from '../../tidy/sources.ts';

const units = ['parley-api@.service', 'parley-workers@.service'] as const;
const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0;
if (!hasSystemd) console.log('skipped, no systemd-analyze on this machine: units are only read');

function read(unit: string): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const line of readFileSync(join(import.meta.dirname, unit), 'utf8').split('\n')) {
    const [, name, value = ''] = /^([A-Za-z]+)=(.*)$/.exec(line) ?? [];
    if (name) found.set(name, [...(found.get(name) ?? []), value]);
  }
  return found;
}

describe.each(units)('%s', (unit) => {
  const lines = read(unit);
  const one = (name: string) => lines.get(name)?.join(' ');

  it('starts what npm starts, as a user of its own', () => {
    const script = unit.includes('api') ? 'start:api' : 'start:workers';
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    expect(one('ExecStart')).toBe(`/opt/parley/node_modules/.bin/${scripts[script]}`);
    expect([one('User'), one('Group')]).toEqual(['parley', 'parley']);
    for (const given of lines.get('Environment') ?? []) {
      expect(options).toHaveProperty(given.split('=')[0] ?? '');
    }
  });

  it('gives it more time to stop than it takes, and starts it again', () => {
    const source = readFileSync(join(root, 'ops/until-stopped.ts'), 'utf8');
    const ownSeconds = Number(/secondsMax = (\d+)/.exec(source)?.[1]);
    expect(Number(one('TimeoutStopSec'))).toBeGreaterThanOrEqual(ownSeconds + 5);
    expect(one('Restart')).toBe('always');
  });

  it('lets it write where its data lies and nowhere else', () => {
    expect(one('StateDirectory')).toBe('parley');
    expect(one('Environment')).toContain('PARLEY_DATA=/var/lib/parley');
    const held = {
      ...{ NoNewPrivileges: 'yes', ProtectSystem: 'strict', ProtectHome: 'yes', UMask: '0077' },
      ...{ PrivateTmp: 'yes', PrivateDevices: 'yes', CapabilityBoundingSet: '' },
    };
    expect(Object.fromEntries(Object.keys(held).map((name) => [name, one(name)]))).toEqual(held);
    expect(Number(one('LimitNOFILE'))).toBeGreaterThanOrEqual(100_000);
  });
});

describe.skipIf(!hasSystemd)('systemd', () => {
  const folder = mkdtempSync(join(tmpdir(), 'parley-units-'));
  const paths = units.map((unit) => join(folder, unit));
  beforeAll(() => {
    for (const [at, unit] of units.entries()) {
      const text = readFileSync(join(import.meta.dirname, unit), 'utf8');
      writeFileSync(paths[at] ?? '', text.replaceAll('/opt/parley', root.replace(/\/$/, '')));
    }
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  const analyze = (...args: readonly string[]) => {
    const { status, stdout, stderr } = spawnSync('systemd-analyze', args, { encoding: 'utf8' });
    return { status, said: `${stdout}${stderr}` };
  };

  it.each(units)('takes %s without a complaint', (unit) => {
    const { status, said } = analyze('verify', '--man=no', join(folder, unit));
    expect([status, said]).toEqual([0, '']);
  });

  it.each(units)('calls what %s leaves open little: 2.0 of 10 or less', (unit) => {
    const asked = ['security', '--offline=true', '--threshold=20', '--no-pager'];
    const { status, said } = analyze(...asked, join(folder, unit));
    expect(status, said).toBe(0);
  });
});
