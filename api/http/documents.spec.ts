import { readFileSync } from 'node:fs';
import { expect, it, vi } from 'vitest';
import { documentLinks, readDocument } from './documents.ts';

vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>();
  return { ...fs, readFileSync: vi.fn(fs.readFileSync) };
});

it('every page is read once, however often it is asked for', () => {
  const names = documentLinks.map(({ path }) => path.replace('/docs/', ''));
  const once = names.map(readDocument);
  const reads = vi.mocked(readFileSync).mock.calls.length;
  expect(names.map(readDocument)).toEqual(once);
  expect(once.every((text) => text?.startsWith('# '))).toBe(true);
  expect([reads, vi.mocked(readFileSync).mock.calls.length]).toEqual([names.length, names.length]);
});

it.each(['toString', '../../../package.json', ''])(
  'a name that is none, `%s`, reads nothing',
  (name) => {
    expect(readDocument(name)).toBeNull();
  },
);
