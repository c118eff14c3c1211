import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isEmoji, isLongerThan, isMalformed, isVisible } from './text.ts';

test('length is that of the code points, however many UTF-16 units they take', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.nat(20), (text, max) => {
      expect(isLongerThan(text, max)).toBe([...text].length > max);
    }),
  );
});

test('what shows nothing is not visible', () => {
  for (const text of ['', ' ', '\t\r\n', '\u200b', '\ufeff', '\u202e\u202c', '\u00ad']) {
    expect(isVisible(text)).toBe(false);
  }
  for (const text of ['.', '0', ' ä ', '👍', '\u200bא']) expect(isVisible(text)).toBe(true);
});

test('text is malformed exactly when UTF-8 would change it', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('a', '👍', '\ud83d', '\udc4d') }), (text) => {
      const stored = new TextDecoder().decode(new TextEncoder().encode(text));
      expect(isMalformed(text)).toBe(stored !== text);
    }),
  );
});

test('text is malformed when a read model could not hold it', () => {
  expect(isMalformed('before\u0000after')).toBe(true);
  expect(isMalformed('\u0001\u001f\u007f')).toBe(false);
});

test('an emoji is one, whole, and nothing else', () => {
  for (const emoji of ['😀', '👨‍👩‍👧‍👦', '🏴󠁧󠁢󠁳󠁣󠁴󠁿', '#️⃣']) expect(isEmoji(emoji)).toBe(true);
  for (const text of ['😀😀', '😀a', '\n😀', '😀\n', '#', '🇺']) expect(isEmoji(text)).toBe(false);
});
