import { getIntrospectionQuery, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { costOf } from './cost.ts';
import { limits } from './limits.ts';

const cost = (text: string, variables: Record<string, unknown> = {}) =>
  costOf(parse(text), variables, limits.costMax);

describe('what a document costs', () => {
  it('is a point for an object, and those below it by the rows of a connection', () => {
    expect(cost('{ viewer { person { name } } }').points).toBe(1 + 2);
    const page = '{ viewer { inbox(first: 50) { edges { node { id } } } } }';
    expect(cost(page).points).toBe(1 + 1 + (1 + 50 * 2));
  });

  it('takes rows from variables, and a default page where none are given', () => {
    const page = 'query ($n: Int) { viewer { inbox(first: $n) { edges { cursor } } } }';
    expect(cost(page, { n: 20 }).points).toBe(1 + 1 + (1 + 20));
    expect(cost(page, { n: 'many' }).points).toBe(1 + 1 + (1 + 50));
    expect(cost(page, { n: -5 }).points).toBe(1 + 1 + (1 + 50));
  });

  it.each(['inbox', 'channels', 'members', 'messages', 'readBy', 'activePeople', 'usage'])(
    'knows that %s is a page',
    (name) => expect(cost(`{ ${name} { edges { cursor } } }`).points).toBe(1 + 1 + 50),
  );

  it('multiplies pages within pages', () => {
    const messages = 'messages(last: 100) { nodes { id } }';
    const pages = `{ viewer { inbox(first: 100) { nodes { ${messages} } } } }`;
    expect(cost(pages).points).toBeGreaterThan(10_000);
  });

  it('is ten more for a mutation', () => {
    expect(cost('mutation { leave { position } }').points).toBe(1 + 10 + 1);
  });

  it('follows fragments, and a fragment in itself only once', () => {
    const named = '{ viewer { ...A } } fragment A on Viewer { person { name } }';
    expect(cost(named).points).toBe(1 + 2);
    const cyclic =
      '{ viewer { ...A } } fragment A on Viewer { person { ...B } } ' +
      'fragment B on Person { x { ...A } }';
    expect(cost(cyclic).points).toBeLessThan(10);
  });

  it('counts aliases wherever they stand', () => {
    expect(cost('{ a: viewer { b: unread ... on Viewer { c: cursor } } }').aliases).toBe(3);
  });

  it('is told in time for a document that multiplies without end', () => {
    const levels = 200;
    const open = 'messages(first: 100) { nodes { conversation { '.repeat(levels);
    const deep = `{ viewer { ${open} id ${'} } } '.repeat(levels)} } }`;
    expect(cost(deep).points).toBeGreaterThan(limits.costMax);
    const wide = `{ ${Array.from({ length: 5_000 }, (_, at) => `f${at} { id }`).join(' ')} }`;
    expect(cost(wide).points).toBeGreaterThan(1_000);
  });

  it.each([[{ toString: 1 }], ['5'], [null], [Number.POSITIVE_INFINITY], [[]]])(
    'takes rows of %j for none given',
    (first) => {
      const document = parse(
        'query ($first: Int) { channels(first: $first) { edges { cursor } } }',
      );
      const { points } = costOf(document, { first }, 1_000);
      expect(points).toBe(costOf(document, {}, 1_000).points);
    },
  );

  it('is told in time for fragments that double', () => {
    const doubling = Array.from(
      { length: 60 },
      (_, at) => `fragment f${at} on Query { ...f${at + 1} ...f${at + 1} }`,
    );
    const last = 'fragment f60 on Query { a: __typename }';
    const { points, aliases } = cost(`{ ...f0 } ${doubling.join(' ')} ${last}`);
    expect([points, aliases]).toEqual([1, 2 ** 60]);
  });

  it('has the rows of what is found in it, and the engine that is asked', () => {
    const asked = (rows: number) =>
      cost(`{ search(query: "x", first: ${rows}) { edges { node { __typename } } } }`).points;
    expect(asked(1)).toBeGreaterThan(50);
    expect(asked(50) - asked(1)).toBe(49 * 2);
  });

  it('has a depth, which what tools ask of the schema does not add to', () => {
    expect(cost('{ viewer { inbox { edges { node { id } } } } }').depth).toBe(5);
    const asked = cost(getIntrospectionQuery());
    expect(asked.depth).toBeLessThanOrEqual(limits.depthMax);
    expect(asked.points).toBeLessThanOrEqual(limits.costMax);
    expect(
      cost('{ __type(name: "Person") { fields { type { name } } } viewer { id } }').depth,
    ).toBe(2);
  });
});
