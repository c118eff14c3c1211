import { describe, expect, it } from 'vitest';
import type { Result, Row } from './load/report.ts';
import { pageOf, verdictOf } from './page.ts';

const row = (more: Partial<Row>): Row => ({ what: 'CPU', value: 1, unit: 's', ...more });

describe('a verdict', () => {
  it('tells a bound that is met, and an aim', () => {
    expect(verdictOf(row({ must: 1 }))).toBe('met');
    expect(verdictOf(row({ must: 2, aim: 1 }))).toBe('aim met');
    expect(verdictOf(row({}))).toBe('');
  });

  it('tells by how much a bound is missed, from either side', () => {
    expect(verdictOf(row({ value: 1.1, must: 1 }))).toBe('**missed by 10.0 %**');
    expect(verdictOf(row({ value: 3, must: 1 }))).toBe('**missed by a factor of 3.0**');
    expect(verdictOf(row({ value: 75, must: 100, atLeast: true }))).toBe('**missed by 25 %**');
    expect(verdictOf(row({ value: 7, must: 0 }))).toBe('**missed by 7**');
  });
});

it('the page shows a missed bound first and the bench in full below, with how to run it', () => {
  const result: Result = {
    ...{ name: 'one', title: 'One', at: '2026-11-25T00:00:00Z', command: 'npm run bench -- one' },
    ...{ machine: { cpu: 'x', cores: 2, gib: 24 }, versions: { node: 'v24' }, commit: 'abc' },
    ...{ note: 'so', rows: [row({ value: 2.5, must: 1 }), row({ what: 'p50' })], curves: [] },
  };
  const page = pageOf([result], 'Words.\n');
  const [top = '', below = ''] = page.split('## one');
  expect(top).toContain('missed by a factor of 2.5');
  expect(top).not.toContain('p50');
  expect(below).toContain('p50');
  expect(below).toContain('npm run bench -- one');
  const stacks = [{ title: 'By process', unit: 's', stacks: [] }];
  expect(pageOf([{ ...result, stacks }], '')).toContain('![By process](pictures/one-stack.svg)');
});
