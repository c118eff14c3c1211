import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { dictionaryText } from './dictionary.ts';
import { figures } from './figures.ts';
import { tables } from './tables.ts';

describe('the dictionary of analytics', () => {
  it('is as its page has it: write it with node ops/docs/write-analytics.ts', () => {
    const page = new URL('../../ops/docs/analytics.md', import.meta.url);
    expect(readFileSync(page, 'utf8')).toBe(dictionaryText());
  });

  it('says something of every table, figure and column, in a sentence', () => {
    const said = [
      ...Object.values(tables).flatMap(({ says, columns }) => [
        ...[says, ...Object.values(columns).map((column) => column.says)],
      ]),
      ...figures.flatMap(({ says, columns }) => [
        ...[says, ...Object.values(columns).map(([, about]) => about)],
      ]),
    ];
    for (const sentence of said) expect(sentence).toMatch(/^\S.*[.]$/);
  });

  it('gives every figure a number of its own', () => {
    const numbers = figures.map(({ number }) => number);
    expect(numbers).toEqual(numbers.map((_, at) => at + 1));
  });
});
