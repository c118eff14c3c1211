import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readHistory } from './read-history.ts';

const folder = mkdtempSync(join(tmpdir(), 'parley-history-'));
afterAll(() => rmSync(folder, { recursive: true }));

function read(text: string) {
  const path = join(folder, 'history.jsonl');
  writeFileSync(path, text);
  return [...readHistory(path)];
}

/** Lines of many lengths, up to several chunks, whose characters take one to four bytes. */
const lines = Array.from({ length: 300 }, (_, at) => ({
  ...{ line: 'faults-healed', atMs: at },
  text: 'é🙂x'.repeat(at === 200 ? 60_000 : at * 3),
}));

describe('a history in a file', () => {
  it('is read line by line, wherever chunks end', () => {
    expect(read(lines.map((line) => `${JSON.stringify(line)}\n`).join(''))).toEqual(lines);
  });

  it('may lack the end of its last line, and have blank ones', () => {
    expect(read('{"line":"lag"}\n\n\n{"line":"rebuild"}')).toEqual([
      { line: 'lag' },
      { line: 'rebuild' },
    ]);
    expect(read('')).toEqual([]);
  });

  it('names the line that is no JSON, and a file that is not there', () => {
    expect(() => read('{"line":"lag"}\n\n{"line":"la')).toThrow('Line 3 is no JSON: {"line":"la');
    expect(() => [...readHistory(join(folder, 'none'))]).toThrow('There is no history to read');
  });
});
