import { describe, expect, it } from 'vitest';
import { isProblem, parseLine } from './format.ts';

const good = {
  conversation: '#room',
  n: 3,
  at: '2004-11-15T12:18:00.001Z',
  kind: 'message',
  from: 'ada',
  text: 'hello',
};
const read = (changes: object, line = 7) =>
  parseLine(JSON.stringify({ ...good, ...changes }), line);

describe('a line of an archive', () => {
  it('is read with its line number, its time, and no replies where none are named', () => {
    const { at, ...rest } = good;
    expect(read({})).toEqual({ ...rest, line: 7, atMs: Date.parse(at), replyTo: [] });
  });

  it.each([
    { kind: 'action' },
    { kind: 'rename', text: undefined, to: 'ada2' },
    { replyTo: [1, 2] },
    { from: 'עדה', conversation: '日本語', text: '👩‍👩‍👧‍👦 שלום' },
    { text: '\u{1f600}'.repeat(8_000) },
    { text: '\u0002' },
    { unknown: 'fields are passed over' },
  ])('may be %j', (changes) => {
    expect(isProblem(read(changes))).toBe(false);
  });

  it.each([
    [{ kind: 'topic' }, /^kind is wrong/],
    [{ kind: undefined }, /^kind is wrong/],
    [{ at: '2004-11-15' }, /^at is wrong/],
    [{ at: '2004-13-15T12:18:00Z' }, /^at is wrong/],
    [{ at: '2004-11-15T12:18:00+01:00' }, /^at is wrong/],
    [{ at: 1_100_000_000 }, /^at is wrong/],
    [{ n: -1 }, /^n is wrong/],
    [{ n: 1.5 }, /^n is wrong/],
    [{ n: '3' }, /^n is wrong/],
    [{ n: undefined }, /^n is wrong/],
    [{ conversation: undefined }, /^conversation is wrong/],
    [{ conversation: ' ' }, /^conversation is wrong \(nothing in it\)/],
    [{ conversation: 'x'.repeat(129) }, /^conversation is wrong \(more than 128 characters\)/],
    [{ from: '' }, /^from is wrong \(nothing in it\)/],
    [{ from: 'x'.repeat(101) }, /^from is wrong \(more than 100 characters\)/],
    [{ kind: 'rename', to: '\u200b' }, /^to is wrong \(nothing in it\)/],
    [{ kind: 'rename' }, /^to is wrong/],
    [{ text: undefined }, /^text is wrong/],
    [{ text: 'x'.repeat(8_001) }, /^text is wrong \(more than 8000 characters\)/],
    [{ text: '\ud83d' }, /^text is wrong \(half a character, or U\+0000\)/],
    [{ text: 'a\0b' }, /^text is wrong \(half a character, or U\+0000\)/],
    [{ replyTo: 3 }, /^replyTo is wrong/],
    [{ replyTo: ['3'] }, /^replyTo\.0 is wrong/],
  ])('that holds %j is told with its field', (changes, reason) => {
    expect(read(changes)).toEqual({ line: 7, reason: expect.stringMatching(reason) });
  });

  it.each([
    ['{"conversation": "#room", "n": 1', 'is no JSON'],
    ['[]', 'the line is wrong'],
    ['null', 'the line is wrong'],
    ['"text"', 'the line is wrong'],
    [JSON.stringify(good).replace('hello', 'h\u{fffd}llo'), 'is not UTF-8'],
    ['x'.repeat(10_000_000), 'is longer than any entry'],
  ])('that is %.40s… is told', (text, reason) => {
    expect(parseLine(text, 9)).toEqual({ line: 9, reason: expect.stringContaining(reason) });
  });

  it('may have a byte order mark, if it is the first', () => {
    const marked = `\u{feff}${JSON.stringify(good)}`;
    expect(isProblem(parseLine(marked, 1))).toBe(false);
    expect(isProblem(parseLine(marked, 2))).toBe(true);
  });
});
