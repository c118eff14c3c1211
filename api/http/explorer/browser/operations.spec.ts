import { describe, expect, it } from 'vitest';
import { readyDocuments } from '../documents.ts';
import { chosenOf, operationsOf } from './operations.ts';

describe('the operations of a document in the editor', () => {
  it.each([
    ['{ viewer { id } }', [{ kind: 'query', name: null }]],
    ['mutation { leave { position } }', [{ kind: 'mutation', name: null }]],
    ['query A($x: In = { a: 1 }) @d(b: { c: 2 }) { a }', [{ kind: 'query', name: 'A' }]],
    [
      '# query No { }\nsubscription S { events { at } } ' +
        'fragment F on Query { mutation { subscription } } query B { b(t: "mutation M { }") }',
      [
        { kind: 'subscription', name: 'S' },
        { kind: 'query', name: 'B' },
      ],
    ],
    ['"""mutation M { }""" query C { c }', [{ kind: 'query', name: 'C' }]],
    ['', []],
    ['}} query D { d', []],
  ])('are found in %s', (document, operations) => {
    expect(operationsOf(document)).toEqual(operations);
  });

  it.each(readyDocuments())('are one in the ready document $name', ({ name, query }) => {
    expect(operationsOf(query).map((one) => one.name)).toEqual([name]);
  });

  it('are chosen by name, and a name from another tab chooses nothing else', () => {
    const two = 'query A { a } subscription B { b }';
    expect(chosenOf(two, 'B')?.kind).toBe('subscription');
    expect(chosenOf('subscription B { b }', 'RegisterAda')).toEqual({
      kind: 'subscription',
      name: 'B',
    });
    expect(chosenOf('', 'A')).toBeNull();
  });
});
