import { describe, expect, it } from 'vitest';
import { buildSchema } from '../graphql/schema.ts';
import { openDocuments } from './documents.ts';

const open = (documentsKeptMax = 10, documentBytesMax = 1_000_000) =>
  openDocuments({
    ...{ schema: buildSchema(), rules: [], documentsKeptMax, documentBytesMax, tokensMax: 50 },
  });
const good = 'subscription { events { __typename } }';

describe('a document', () => {
  it('is read once', () => {
    const documents = open();
    expect(documents.of(good)).toBe(documents.of(good));
    expect(documents.of(good).kind).toBe('good');
  });

  it.each([
    ['is no GraphQL', 'subscription {', /Syntax Error/],
    ['asks for what is not there', 'subscription { rumours }', /Cannot query field "rumours"/],
    ['asks for two streams', 'subscription { a: events { at } b: events { at } }', /one top level/],
    ['is too long', `subscription { events { ${'at '.repeat(60)} } }`, /tokens: 50 is the limit/],
  ])('that %s is told why, and that too is read once', (_what, text, why) => {
    const documents = open();
    const known = documents.of(text);
    if (known.kind === 'good') throw new Error('it was taken');
    expect(known.errors.map(({ message }) => message).join()).toMatch(why);
    for (const { extensions } of known.errors) {
      expect(extensions.code).toBe(why.source.includes('tokens') ? 'LIMITED' : 'BAD_INPUT');
    }
    expect(documents.of(text)).toBe(known);
  });

  it('is forgotten when those kept weigh too much together, wrong ones too', () => {
    const documents = open(10, 200_000);
    const [first, wrong] = [documents.of(good), documents.of('subscription {')];
    documents.of(`${good} # ${'x'.repeat(150_000)}`);
    expect(documents.of(good)).not.toBe(first);
    expect(documents.of('subscription {')).not.toBe(wrong);
  });

  it('is forgotten when it was used longest ago and there are too many', () => {
    const documents = open(2);
    const [first, second] = [documents.of(good), documents.of(`${good} # 2`)];
    documents.of(good);
    documents.of(`${good} # 3`);
    expect(documents.of(good)).toBe(first);
    expect(documents.of(`${good} # 2`)).not.toBe(second);
  });
});
