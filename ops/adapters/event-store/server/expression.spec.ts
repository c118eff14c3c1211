import { describe, expect, it } from 'vitest';
import { compileExpression, ExpressionRefused } from './expression.ts';

describe('a filter’s regular expression', () => {
  it.each([
    ['^[^\\$].*', 'order-1', true], // as clients leave out system events
    ['^[^\\$].*', '$stats', false],
    ['^(?!\\$)', 'order-1', true],
    ['^order-.*-shipped$', 'order-7-shipped', true],
    ['order|cart', 'my-cart', true],
    ['(?:ab)+', 'xabab', true],
    ['\\d{4}', 'order-2026', true],
    ['', 'anything', true],
    ['^[^\\$].*', 'n'.repeat(10_000), true],
  ])('%s of %s is %s', (pattern, name, wanted) => {
    expect(compileExpression(pattern)(name)).toBe(wanted);
  });

  it.each([
    ['^(a+)+$', 'a repetition'],
    ['^(a|a)*$', 'a choice'],
    ['^((ab?))*$', 'any length'],
    ['^(([ab]x?))+c', 'a repetition'],
    ['.*.*=', 'any length'],
    ['^.*.*.*x', 'any length'],
    ['a?a?a?a?aaaa', 'any length'],
    ['^x|.*.*y', 'any length'],
    ['^(a)\\1*', 'goes back'],
    ['a'.repeat(257), 'longer than 256'],
    ['(', 'no regular expression'],
  ])('%s is refused, as it %s', (pattern, why) => {
    const compiling = () => compileExpression(pattern);
    expect(compiling).toThrow(ExpressionRefused);
    expect(compiling).toThrow(why === 'goes back' ? 'goes back to what it found' : '');
  });
});
