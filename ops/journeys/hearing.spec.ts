import { expect, it } from 'vitest';
import { openHearing } from './hearing.ts';

const defect = (cause: string) => `{"cause":"${cause}","msg":"internal"}`;

it('a defect is heard however much was printed after it, and told once', () => {
  const heard = openHearing();
  heard.hear(`${defect('one')}\n`);
  for (let piece = 0; piece < 20; piece += 1) heard.hear(`${'x'.repeat(10_000)}\n`);
  heard.hear(`${defect('two')}\n`);
  expect(heard.newest()).toHaveLength(100_000);
  expect(heard.takeDefects()).toEqual([defect('one'), defect('two')]);
  expect(heard.takeDefects()).toEqual([]);
});

it('a defect is heard whole though it comes in pieces', () => {
  const heard = openHearing();
  for (const piece of [`{"a":1}\n${defect('one').slice(0, 9)}`, defect('one').slice(9), '\nmore']) {
    heard.hear(piece);
  }
  expect(heard.takeDefects()).toEqual([defect('one')]);
});
