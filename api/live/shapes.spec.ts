import { parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { TablesUnavailable } from '../../ops/adapters/tables/port.ts';
import { buildSchema } from '../graphql/schema.ts';
import { openCompiledDocuments } from './compiled.ts';
import { openShapes } from './shapes.ts';

const schema = buildSchema();
const open = () => openShapes(openCompiledDocuments(schema));
const plain = 'subscription { events { __typename at } }';
const choosing = `subscription Live($names: Boolean!) {
  events { __typename ... on Typing { personId @include(if: $names) untilMs } }
}`;
const argsOf = (text: string, variableValues: Record<string, unknown> = {}) => ({
  ...{ schema, document: parse(text), variableValues },
});
const typing = {
  ...{ __typename: 'Typing', at: new Date(0), conversationId: 'con_1', personId: 'per_1' },
  untilMs: 5,
};

describe('the shape of a subscription', () => {
  it('is the same for the same document and variables', () => {
    const shapes = open();
    const key = (text: string, variables = {}) => shapes.of(text, argsOf(text, variables)).key;
    expect(key(plain)).toBe(key(plain));
    expect(key(choosing, { names: true })).toBe(key(choosing, { names: true }));
    expect(key(choosing, { names: true })).not.toBe(key(choosing, { names: false }));
    expect(key(plain)).not.toBe(key(`${plain} # another`));
  });

  it('differs by the operation that a document of several runs', () => {
    const text = 'subscription A { events { at } } subscription B { events { __typename } }';
    const shapes = open();
    const keys = ['A', 'B'].map(
      (operationName) => shapes.of(text, { ...argsOf(text), operationName }).key,
    );
    expect(new Set(keys).size).toBe(2);
  });

  it('makes no frame where a machine could not tell, since nobody would get it again', async () => {
    const text = 'subscription { events { ... on MessageSent { message { author { name } } } } }';
    const sent = { __typename: 'MessageSent', message: { author: 'ada' } };
    const failing = (cause: Error) => ({
      loaders: { people: { load: () => Promise.reject(cause) } },
    });
    const { frame } = open().of(text, argsOf(text));
    const away = new TablesUnavailable('Postgres does not answer');
    await expect(frame(sent, failing(away))).rejects.toBe(away);
    expect((await frame(sent, failing(new Error('a defect')))).toString()).toContain('a defect');
  });

  it('makes the payload of a frame', async () => {
    const frame = await open().of(plain, argsOf(plain)).frame(typing, {});
    expect(JSON.parse(frame.toString())).toEqual({
      data: { events: { __typename: 'Typing', at: '1970-01-01T00:00:00.000Z' } },
    });
  });

  it('keeps each device’s variables to itself, though the document is compiled once', async () => {
    const shapes = open();
    const frames = await Promise.all(
      [true, false].map((names) =>
        shapes.of(choosing, argsOf(choosing, { names })).frame(typing, {}),
      ),
    );
    const events = frames.map((frame) => JSON.parse(frame.toString()).data.events);
    expect(events).toEqual([
      { __typename: 'Typing', personId: 'per_1', untilMs: 5 },
      { __typename: 'Typing', untilMs: 5 },
    ]);
  });
});
