import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDataFolder } from './data-folder.ts';

describe('the data folder', () => {
  let base = '';
  beforeEach(() => {
    base = mkdtempSync(join(tmpdir(), 'parley-data-'));
  });
  afterEach(() => rmSync(base, { recursive: true, force: true }));

  it('is made when it is missing', () => {
    using folder = openDataFolder(join(base, 'a', 'b'));
    expect(existsSync(folder.path)).toBe(true);
  });

  it('is held by one: the second is told who holds it, and what to do', () => {
    using first = openDataFolder(base);
    first.announce('http://127.0.0.1:4000');
    expect(() => openDataFolder(base)).toThrow(
      new RegExp(`process ${process.pid}, http://127.0.0.1:4000.*PARLEY_DATA`),
    );
  });

  it('is free again after it was closed', () => {
    openDataFolder(base)[Symbol.dispose]();
    using again = openDataFolder(base);
    expect(again.path).toBe(base);
  });

  it('says so when a file stands in its place', () => {
    writeFileSync(join(base, 'file'), '');
    expect(() => openDataFolder(join(base, 'file', 'data'))).toThrow(
      /cannot be written \(ENOTDIR\)/,
    );
  });

  it('says so when its lock file is damaged, and names the mend', () => {
    writeFileSync(
      join(base, 'lock.db'),
      'this is no database, and long enough to be read as one'.repeat(50),
    );
    expect(() => openDataFolder(base)).toThrow(/lock.db .* damaged .* delete it/);
    expect(readFileSync(join(base, 'lock.db'), 'utf8')).toContain('no database');
  });
});
