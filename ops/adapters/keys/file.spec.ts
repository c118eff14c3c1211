import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openFileRootKey } from './file.ts';

describe('the root key in a file', () => {
  let folder = '';
  const path = () => join(folder, 'root.key');
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'parley-keys-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is made at first start, for its owner alone, and is the same at the next', async () => {
    const key = Buffer.alloc(32, 7);
    const wrapped = await openFileRootKey({ path: path() }).wrap(key, 'a');
    expect(statSync(path()).mode & 0o777).toBe(0o600);
    expect(await openFileRootKey({ path: path() }).unwrap(wrapped, 'a')).toEqual(key);
  });

  it('unwraps only what it wrapped, and only for the same context', async () => {
    const root = openFileRootKey({ path: path() });
    const wrapped = await root.wrap(Buffer.alloc(32, 7), 'a');
    await expect(root.unwrap(wrapped, 'b')).rejects.toThrow('another root key');
    const other = openFileRootKey({ path: join(folder, 'other.key') });
    await expect(other.unwrap(wrapped, 'a')).rejects.toThrow('another root key');
  });

  it('shows nothing of the key it wraps', async () => {
    const key = Buffer.alloc(32, 7);
    const wrapped = await openFileRootKey({ path: path() }).wrap(key, 'a');
    expect(Buffer.from(wrapped).includes(key)).toBe(false);
  });

  it('is refused when others may read it', () => {
    openFileRootKey({ path: path() });
    chmodSync(path(), 0o644);
    expect(() => openFileRootKey({ path: path() })).toThrow(/chmod 600/);
  });

  it.each([
    ['a folder stands in its place', () => folder, 'EISDIR'],
    ['a file stands where its folder should be', () => join(path(), 'in', 'a.key'), 'ENOTDIR'],
  ])('is refused in a sentence where %s', (_where, place, code) => {
    writeFileSync(path(), '', { mode: 0o600 });
    chmodSync(folder, 0o700);
    const sentence = new RegExp(`can neither be read nor made \\(${code}\\): mend .*ROOT_KEY_FILE`);
    expect(() => openFileRootKey({ path: place() })).toThrow(sentence);
  });

  it('is refused when it is damaged, and left as it is', () => {
    writeFileSync(path(), 'short\n', { mode: 0o600 });
    expect(() => openFileRootKey({ path: path() })).toThrow(/damaged .* backup/);
    expect(readFileSync(path(), 'utf8')).toBe('short\n');
  });
});
