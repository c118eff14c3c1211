import { expect, test } from 'vitest';
import { boardPicture, panelPicture } from './panel-picture.ts';

test('a panel whose rows have a time is curves, one for each column or each word', () => {
  const rows = [
    { time: '2026-11-25 00:00:00', daily: '3', weekly: 5 },
    { time: '2026-11-26 00:00:00', daily: '4', weekly: 6 },
  ];
  const picture = panelPicture('Active people', rows);
  expect(picture.match(/<polyline/g)).toHaveLength(2);
  expect(picture).toContain('hours since 2026-11-25 00:00 UTC');
  const marks = rows.map(({ time }, at) => ({ time, mark: 'read', marks: at }));
  expect(panelPicture('Marks', marks)).toContain('<title>read</title>');
});

test('any other is a table, which says how much of it is left out', () => {
  const rows = Array.from({ length: 20 }, (_, n) => ({ partition: n, share: n / 3, name: '<b>' }));
  const picture = panelPicture('Partitions', rows);
  expect(picture).toContain('Partitions (the first 16 of 20 rows)');
  expect(picture).toContain('0.333');
  expect(picture).toContain('&lt;b&gt;');
});

test('a board has its panels below each other', () => {
  const panel = panelPicture('One', [{ n: 1 }]);
  const tops = [...boardPicture('Two', [panel, panel]).matchAll(/<svg y="(\d+)"/g)].map(
    ([, y]) => y,
  );
  expect(tops).toEqual(['0', '104']);
});
