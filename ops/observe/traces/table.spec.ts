import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { tracesPage } from './page.ts';
import type { AttributeName, SpanName } from './table.ts';
import { attributes, boundedAttributes, spans } from './table.ts';

const names = Object.keys(spans) as SpanName[];

it('the page shows the table as it is', () => {
  const page = new URL('../../docs/traces.md', import.meta.url);
  expect(readFileSync(page, 'utf8')).toBe(tracesPage());
});

describe('what a span may say', () => {
  it.each(names)('of %s holds nobody’s text or id, whatever is told', (name) => {
    const told = Object.keys(attributes).map((attribute) => [attribute, 'See you at eight, Ada']);
    expect(boundedAttributes(name, Object.fromEntries(told))).toEqual({});
    const id = told.map(([attribute]) => [attribute, '0198f1d2-0000-7000-8000-00000000000a']);
    expect(boundedAttributes(name, Object.fromEntries(id))).toEqual({});
  });

  it('is what stands in the table, of this span', () => {
    const told = { 'parley.command': 'send-message', 'parley.outcome': 'ok', 'parley.events': 3 };
    expect(boundedAttributes('command', told)).toEqual({
      ...{ 'parley.command': 'send-message', 'parley.outcome': 'ok' },
    });
    expect(boundedAttributes('append', told)).toEqual({
      ...{ 'parley.events': 3, 'parley.outcome': 'ok' },
    });
  });

  it('has no line that no span uses, and a sentence in each', () => {
    const used = new Set(names.flatMap((name): readonly string[] => spans[name].attributes));
    expect(Object.keys(attributes).filter((name) => !used.has(name))).toEqual([]);
    for (const { says } of [...Object.values(spans), ...Object.values(attributes)]) {
      expect(says).toMatch(/^[A-Zq].*\.$/);
    }
  });

  it.each([
    ['graphql.operation.name', 'Inbox', true],
    ['graphql.operation.name', 'I'.repeat(65), false],
    ['parley.outcome', 'NO_SUCH_MESSAGE', true],
    ['parley.outcome', 'whatever', false],
    ['http.route', '/graphql?query=', false],
  ] as const)('%s: %s', (attribute: AttributeName, value, may) => {
    const name = names.find((one) => spans[one].attributes.some((known) => known === attribute));
    if (name === undefined) throw new Error(`${attribute} stands on no span`);
    expect(attribute in boundedAttributes(name, { [attribute]: value })).toBe(may);
  });
});
