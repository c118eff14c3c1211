import { createRequire } from 'node:module';
import {
  buildSchema,
  GraphQLError,
  getOperationAST,
  getVariableValues,
  parse,
  validate,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { readSdl } from '../schemas/graphql/sdl.ts';
import { documentError } from './errors.ts';

const schema = buildSchema(readSdl());

function inText(source: string): unknown {
  const [error] = validate(schema, parse(source));
  return error && documentError(error).extensions.field;
}

function inVariables(declared: string, values: Record<string, unknown>): unknown {
  const operation = getOperationAST(parse(`query (${declared}) { __typename }`));
  const { errors } = getVariableValues(schema, operation?.variableDefinitions ?? [], values);
  return errors?.[0] && documentError(errors[0]).extensions.field;
}

describe('the field at fault', () => {
  it.each([
    ['{ viewer { inbox(filter: ALL, first: "x") { position } } }', 'first'],
    ['{ viewer { inbox(first: [1, "x"]) { position } } }', 'first'],
    ['{ conversation { id } }', 'id'],
    ['{ person(nickname: "ada") { id } }', 'nickname'],
    ['{ viewer(atLeast: 7) { id } }', undefined],
    ['mutation { leave(input: {}) { position } }', 'conversationId'],
    ['mutation { leave(input: { conversationId: "x", at: 1 }) { position } }', 'at'],
    ['mutation { leave(input: { conversationId: null }) { position } }', 'conversationId'],
    [
      `mutation {
        updateProfile(input: { name: "x", fields: [{ label: 1, value: "" }] }) { position }
      }`,
      'fields.label',
    ],
    [
      `mutation {
        updateConversation(input: { settings: { posting: NO }, conversationId: "x" }) { position }
      }`,
      'settings.posting',
    ],
  ])('is named in the text %s', (source, field) => {
    expect(inText(source)).toBe(field);
  });

  it.each([
    ['$first: Int', { first: 'x' }, 'first'],
    ['$first: Int!', {}, 'first'],
    ['$input: LeaveGroup', {}, undefined],
    ['$input: ConversationInput!', { input: {} }, 'conversationId'],
    ['$input: ConversationInput!', { input: { conversationId: 'x', at: 1 } }, 'at'],
    ['$input: ConversationInput!', { input: null }, 'input'],
    [
      '$input: UpdateProfileInput!',
      { input: { fields: [{ label: 'a', value: 1 }] } },
      'fields.0.value',
    ],
  ])('is named in the variables %s %j', (declared, values, field) => {
    expect(inVariables(declared, values)).toBe(field);
  });

  it('is named in the words of graphql-jit, which checks a document that it compiles', () => {
    const { compileQuery } = createRequire(import.meta.url)('graphql-jit');
    const { parse: parsed, buildSchema: built } = createRequire(import.meta.url)('graphql');
    const source = 'mutation ($input: ReactionInput!) { react(input: $input) { position } }';
    const { query } = compileQuery(built(readSdl()), parsed(source));
    for (const input of [
      { number: 1, emoji: '!' },
      { conversationId: null, number: 1, emoji: '!' },
    ]) {
      const [error] = query({}, {}, { input }).errors;
      expect(documentError(error).extensions).toEqual({
        ...{ code: 'BAD_INPUT', field: 'conversationId' },
      });
    }
  });

  it('is named in the words of graphql-jit deep inside an input too', () => {
    const message =
      'Variable "$fields" got invalid value { value: "here" }; ' +
      'Field value.fields[0].label of required type String! was not provided.';
    expect(documentError(new GraphQLError(message)).extensions.field).toBe('fields.0.label');
  });
});
