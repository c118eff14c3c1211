import { GraphQLError } from 'graphql';
import { describe, expect, it } from 'vitest';
import { AnalyticsSwitchedOff } from '../ops/adapters/analytics/port.ts';
import { EventStoreUnavailable } from '../ops/adapters/event-store/port.ts';
import { SearchUnavailable } from '../ops/adapters/search/port.ts';
import { TablesError, TablesUnavailable } from '../ops/adapters/tables/port.ts';
import { RpcUnavailable } from '../ops/rpc/port.ts';
import { source, typescriptSources } from '../ops/tidy/sources.ts';
import type { RefusalCode } from '../schemas/graphql/types.ts';
import type { AnyRefusal } from './errors.ts';
import {
  badInput,
  documentError,
  faceOf,
  limited,
  publicError,
  unauthenticated,
  unavailable,
} from './errors.ts';
import { buildSchema } from './graphql/schema.ts';

const secret = 'ada@example.org says: meet me at noon';

function heard(cause: Error | null, more: object = {}) {
  const logged: string[] = [];
  const log = {
    error: (facts: object, message: string) => void logged.push(JSON.stringify({ facts, message })),
    info: () => undefined,
  };
  const error = new GraphQLError(cause?.message ?? 'Unexpected "}".', {
    ...(cause && { originalError: cause }),
    path: ['viewer', 'inbox'],
    ...more,
  });
  return { error: publicError(error, log), logged };
}

describe('a bug', () => {
  it.each([
    new Error(secret),
    new TypeError(`Cannot read properties of undefined (reading '${secret}')`),
    new TablesError(`relation "${secret}" does not exist`, '42P01'),
  ])('shows nothing of itself outside: %#', (cause) => {
    const { error, logged } = heard(cause);
    const shown = JSON.stringify(error);
    expect(shown).not.toContain(secret);
    expect(shown).not.toContain(cause.name);
    expect(shown).not.toContain('.ts:');
    expect(error.extensions).toEqual({ code: 'INTERNAL', reference: expect.any(String) });
    expect(error.path).toEqual(['viewer', 'inbox']);
    expect(error.message).toContain(String(error.extensions.reference));
    expect(logged).toHaveLength(1);
    expect(logged[0]).toContain(String(error.extensions.reference));
  });

  it('has another reference each time', () => {
    const [one, other] = [heard(new Error('x')).error, heard(new Error('x')).error];
    expect(one.extensions.reference).not.toBe(other.extensions.reference);
  });
});

describe('what is no bug', () => {
  it('goes out as it is', () => {
    for (const ours of [
      badInput('first', 'must be 1 to 100.'),
      limited('Too much.', 5),
      unavailable('Later.'),
      unauthenticated(),
    ]) {
      const { error, logged } = heard(ours, { extensions: ours.extensions });
      expect(error.message).toBe(ours.message);
      expect(error.extensions).toEqual(ours.extensions);
      expect(logged).toEqual([]);
    }
  });

  it('is UNAVAILABLE with a time when the tables do not answer', () => {
    const { error, logged } = heard(new TablesUnavailable(secret));
    const told = { code: 'UNAVAILABLE', retryAfterMs: 1_000, part: 'tables' };
    expect(error.extensions).toEqual(told);
    expect(JSON.stringify(error)).not.toContain(secret);
    expect(logged).toEqual([]);
  });

  it.each([new EventStoreUnavailable(secret), new RpcUnavailable(secret)])(
    'is UNAVAILABLE with a time when something else does not answer: $name',
    (cause) => {
      const { error, logged } = heard(cause);
      expect(error.extensions).toEqual({ code: 'UNAVAILABLE', retryAfterMs: 1_000 });
      expect(JSON.stringify(error)).not.toContain(secret);
      expect(logged).toEqual([]);
    },
  );

  it('is UNAVAILABLE with a time, and says which part, when search does not answer', () => {
    const { error, logged } = heard(new SearchUnavailable(secret));
    expect(error.extensions).toEqual({ code: 'UNAVAILABLE', retryAfterMs: 1_000, part: 'search' });
    expect(JSON.stringify(error)).not.toContain(secret);
    expect(logged).toEqual([]);
  });

  it('gives no time to ask again where analytics are switched off', () => {
    const { error, logged } = heard(new AnalyticsSwitchedOff(secret));
    expect(error.extensions).toEqual({
      ...{ code: 'UNAVAILABLE', retryAfterMs: null, part: 'analytics' },
    });
    expect(error.message).toMatch(/^Analytics are switched off on this machine[.]/);
    expect(error.message).not.toContain(secret);
    expect(logged).toEqual([]);
  });

  it.each(['api/errors.ts', 'ops/run-process.ts'])('is known as such to %s', (path) => {
    const away = typescriptSources().flatMap(({ text }) =>
      [...text.matchAll(/class (\w+Unavailable) extends/g)].map(([, name]) => name),
    );
    expect(away.length).toBeGreaterThan(2);
    expect(away.filter((name) => !source(path).text.includes(`${name}`))).toEqual([]);
  });

  it('is BAD_INPUT when the document itself is wrong', () => {
    const { error } = heard(null);
    expect(error.message).toBe('Unexpected "}".');
    expect(error.extensions).toEqual({ code: 'BAD_INPUT' });
  });
});

describe('a document that is too long', () => {
  it('is LIMITED with the number, by whatever name graphql-js calls it', () => {
    for (const words of ['more that', 'more than']) {
      const said = `Syntax Error: Document contains ${words} 2000 tokens. Parsing aborted.`;
      const { extensions } = documentError(new GraphQLError(said));
      const limit = { of: 'tokens', max: 2_000 };
      expect(extensions).toEqual({ code: 'LIMITED', retryAfterMs: null, limit });
    }
  });
});

describe('a refusal', () => {
  const type = buildSchema().getType('RefusalCode');
  const codes: readonly RefusalCode[] =
    type && 'getValues' in type ? type.getValues().map(({ name }) => name as RefusalCode) : [];
  const kindOf = (code: string) => code.toLowerCase().replaceAll('_', '-');

  it('has each code of the SDL', () => expect(codes.length).toBeGreaterThan(40));

  it.each(codes)('%s is one plain sentence or two, with a field that exists', (code) => {
    const face = faceOf({ kind: kindOf(code) } as AnyRefusal);
    expect(face.code).toBe(code);
    expect(face.message).toMatch(/^[A-Z].{10,}[.!]$/);
    expect(face.message).not.toMatch(/undefined|null|NaN|\[object/);
    expect(face.field ?? 'text').toMatch(/^[a-zA-Z]+$/);
  });

  it('names its limit', () => {
    const { message } = faceOf({ kind: 'text-too-long', maxCodePoints: 8_000 });
    expect(message).toBe('The text is too long. The limit is 8,000.');
  });

  it('that may pass says when to try again; others do not', () => {
    expect(faceOf({ kind: 'conflict' }).retryAfterMs).toBe(100);
    expect(faceOf({ kind: 'text-empty' }).retryAfterMs).toBeNull();
  });

  it('shows nothing of what was asked', () => {
    const asked = { text: secret, name: secret, userId: secret, email: secret };
    for (const code of codes) {
      const face = faceOf({ ...asked, kind: kindOf(code) } as unknown as AnyRefusal);
      expect(JSON.stringify(face)).not.toContain(secret);
    }
  });
});
