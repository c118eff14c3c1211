import { describe, expect, it } from 'vitest';
import { BadForm, readForm } from './form.ts';

const type = 'multipart/form-data; boundary=----x';
const file = 'bytes\r\n--\r\n------\r\n-----';
const part = (name: string, value: string) =>
  `------x\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
const fields = `${part('key', 'a/b')}${part('Content-Type', 'é')}`;
const whole = `${fields}${part('file', file)}------x--\r\n`;

async function* inPieces(text: string, size: number) {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(text: string, { size = 7, contentType = type } = {}) {
  const form = await readForm(inPieces(text, size), contentType);
  const pieces: Uint8Array[] = [];
  for await (const piece of form.file) pieces.push(piece);
  return { fields: Object.fromEntries(form.fields), file: Buffer.concat(pieces).toString() };
}

describe('a form', () => {
  it('is read alike wherever its pieces are cut', async () => {
    for (let size = 1; size <= whole.length; size += 1) {
      expect(await read(whole, { size })).toEqual({
        fields: { key: 'a/b', 'Content-Type': 'é' },
        file,
      });
    }
  });

  it('takes a boundary in quotation marks, and a file of nothing', async () => {
    const contentType = 'multipart/form-data; boundary="----x"';
    expect(await read(`${part('file', '')}------x--`, { contentType })).toMatchObject({ file: '' });
  });

  it.each([
    ['that ends in its file', whole.slice(0, -20), type],
    ['that ends in a field', whole.slice(0, 30), type],
    ['without a file', `${part('key', 'a')}------x--\r\n`, type],
    ['of nothing', '', type],
    ['with a field twice', `${part('key', 'a')}${part('key', 'b')}${part('file', '')}`, type],
    ['with a long field', part('key', 'a'.repeat(9_000)), type],
    ['with many fields', Array.from({ length: 40 }, (_, at) => part(`${at}`, '')).join(''), type],
    ['with a field without a name', '------x\r\nContent-Type: a\r\n\r\n\r\n------x--', type],
    ['without a boundary', whole, 'multipart/form-data'],
    ['of another type', whole, 'application/json'],
    ['that is none', 'x'.repeat(5_000), type],
  ])('%s is refused', async (_, text, contentType) => {
    await expect(read(text, { contentType })).rejects.toBeInstanceOf(BadForm);
  });
});
