import { describe, expect, it } from 'vitest';
import { faults } from '../faults/faults.ts';
import { files, source } from '../tidy/sources.ts';
import type { Defect } from './defect.ts';
import { withDefect } from './defect.ts';
import { defectFor, defects } from './defects.ts';
import { pageOf, rowsOf } from './table.ts';

const defect: Defect = {
  ...{ name: 'off-by-one', says: 'one too many', breaks: 'law 3', file: 'a.ts' },
  ...{ text: 'n + 1', instead: 'n + 2' },
  caughtBy: [{ spec: 'a.spec.ts' }],
};

describe('a defect', () => {
  it('changes the one place it names', () => {
    expect(withDefect(defect, 'const next = n + 1;')).toBe('const next = n + 2;');
  });

  it.each([
    ['no longer has', 'const next = n;'],
    ['has more than once', 'n + 1, n + 1'],
  ])('is an error where the file %s its text', (why, text) => {
    expect(() => withDefect(defect, text)).toThrow(`off-by-one: a.ts ${why} the text`);
  });

  it.each(defects)('$name stands in the code as it is, and its catchers are there', (each) => {
    const { text, instead, file, caughtBy } = each;
    expect(instead).not.toBe(text);
    expect(withDefect(each, source(file).text)).not.toBe(source(file).text);
    for (const catcher of caughtBy) {
      if ('fault' in catcher) expect(faults.map(({ name }) => name)).toContain(catcher.fault);
      if (!('spec' in catcher)) continue;
      expect(files()).toContain(catcher.spec);
      expect(source(catcher.spec).text).toContain(catcher.test ?? '');
    }
  });

  it.each(faults)('is the only one that the fault $name must find', ({ name }) => {
    const found = defects.filter(({ caughtBy }) =>
      caughtBy.some((catcher) => 'fault' in catcher && catcher.fault === name),
    );
    expect(found.length).toBeLessThanOrEqual(1);
    expect(defectFor(name)).toBe(found[0] ?? null);
  });

  it('has a name of its own', () => {
    expect(new Set(defects.map(({ name }) => name)).size).toBe(defects.length);
  });
});

describe('the table', () => {
  const noticed = { defect, caughtBy: ['counts | adds', 'b'], seconds: 1.25, output: '' };
  const survivor = { defect, caughtBy: [], seconds: 2, output: 'passed' };

  it('says who noticed, and where nobody did', () => {
    expect(rowsOf([noticed, survivor]).map((row) => row.replaceAll(/ +/g, ' '))).toEqual([
      'off-by-one 1.3 s counts | adds (and 1 more)',
      'off-by-one 2.0 s NOBODY',
    ]);
  });

  it('is kept as a page, whatever stands in a name', () => {
    const page = pageOf([noticed, survivor]);
    expect(page).toContain(
      '| one too many | law 3 | `a.ts` | counts \\| adds (and 1 more) | 1.3 |',
    );
    expect(page).toContain('| **nobody** |');
    expect(page).toContain('2 defects, 3 s.');
  });
});
