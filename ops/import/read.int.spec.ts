import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PlainError } from '../plain-error.ts';
import { readArchive } from './read.ts';

const entry = (conversation: string, n: number, text = `text ${n}`) =>
  JSON.stringify({
    conversation,
    n,
    at: '2004-11-15T12:18:00Z',
    kind: 'message',
    from: 'ada',
    text,
  });
const lines = (count: number) => Array.from({ length: count }, (_, n) => entry('#room', n));

describe('an archive', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'parley-archive-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  const file = (content: string | Buffer) => {
    const path = join(folder, `${Math.random()}.ndjson`);
    writeFileSync(path, content);
    return path;
  };
  const refusal = async (path: string) => {
    const error = await readArchive(path).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(PlainError);
    return (error as PlainError).message;
  };

  it.each([
    ['as it is', (text: string) => Buffer.from(text)],
    ['gzipped', (text: string) => gzipSync(text)],
    ['with the line ends of Windows', (text: string) => Buffer.from(text.replaceAll('\n', '\r\n'))],
    ['with a byte order mark', (text: string) => Buffer.from(`\u{feff}${text}`)],
  ])('is read %s, each conversation in the order of the file', async (_how, encode) => {
    const mixed = [entry('#b', 0), entry('#a', 4), entry('#b', 2), '', entry('#a', 9)].join('\n');
    const { conversations, problemCount } = await readArchive(file(encode(mixed)));
    const read = [...conversations].map(([name, entries]) => [name, entries.map(({ n }) => n)]);
    expect(read).toEqual([
      ['#b', [0, 2]],
      ['#a', [4, 9]],
    ]);
    expect(problemCount).toBe(0);
  });

  it('goes on after damaged lines, which are told with their numbers and counted', async () => {
    const content = [...lines(2), '{broken', entry('#room', 1), entry('#room', 2)].join('\n');
    const { conversations, problems, problemCount } = await readArchive(file(content));
    expect(conversations.get('#room')).toHaveLength(3);
    expect(problems).toEqual([
      { line: 3, reason: 'is no JSON' },
      { line: 4, reason: 'n is 1 after 1' },
    ]);
    expect(problemCount).toBe(2);
  });

  it('tells the first damaged lines and counts all of them', async () => {
    const content = [...lines(1), ...Array.from({ length: 100 }, () => 'x')].join('\n');
    const { problems, problemCount } = await readArchive(file(content));
    expect([problems.length, problemCount]).toEqual([20, 100]);
  });

  it('takes nothing from a line in another encoding', async () => {
    const latin = Buffer.from(`${entry('#room', 0)}\n${entry('#room', 1, 'caf\u{e9}')}`, 'latin1');
    const { problems } = await readArchive(file(latin));
    expect(problems).toEqual([{ line: 2, reason: 'is not UTF-8' }]);
  });

  it.each([
    ['some other text', 'Dear diary,\n'.repeat(50)],
    ['empty', ''],
    ['a picture', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')],
    ['of another program', JSON.stringify({ messages: [] })],
  ])('is refused before anything is stored when it is %s', async (_what, content) => {
    expect(await refusal(file(content))).toMatch(/is no archive.*Nothing was stored/s);
  });

  it.each([
    ['is not there', () => join(folder, 'missing.ndjson'), /cannot be read \(ENOENT\)/],
    ['is a folder', () => folder, /cannot be read \(EISDIR\)/],
    [
      'ends in the middle',
      () => file(gzipSync(lines(5_000).join('\n')).subarray(0, 9_000)),
      /cannot be read to its end.*Nothing was stored/s,
    ],
    [
      'is damaged inside',
      () => {
        const bytes = gzipSync(lines(5_000).join('\n'));
        bytes.fill(0xff, 4_000, 4_200);
        return file(bytes);
      },
      /cannot be read to its end.*Nothing was stored/s,
    ],
  ])('that %s is refused in a sentence', async (_what, path, sentence) => {
    expect(await refusal(path())).toMatch(sentence);
  });
});
