import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { UserId } from '../../domain/ids.ts';
import { encodeNodeId } from '../../schemas/graphql/node-id.ts';
import type { Bed } from '../testing/bed.ts';
import { openBed } from '../testing/bed.ts';
import { pageCursor } from './input.ts';

let bed: Bed;
let ada: UserId;
let id: string;
beforeAll(async () => {
  bed = await openBed();
  [ada = '' as UserId] = await bed.people(1);
  const conversationId = await bed.group(ada, []);
  await bed.said(ada, conversationId);
  await bed.settled();
  id = encodeNodeId({ type: 'Conversation', conversationId });
});
afterAll(() => bed[Symbol.asyncDispose]());

const person = { email: 'ada@example.org', password: 'correct horse', name: 'Ada', device: 'x' };
/** Each mutation that takes a text, with the input it needs beside it. */
const texts: readonly (readonly [string, string, string, () => object])[] = [
  ['sendMessage', 'SendMessageInput', 'text', () => ({ conversationId: id, clientId: v7() })],
  ['editMessage', 'EditMessageInput', 'text', () => ({ conversationId: id, number: 1 })],
  ['createGroup', 'CreateGroupInput', 'title', () => ({ memberIds: [] })],
  ['updateConversation', 'UpdateConversationInput', 'about', () => ({ conversationId: id })],
  ['updateProfile', 'UpdateProfileInput', 'name', () => ({})],
  ['updateProfile', 'UpdateProfileInput', 'handle', () => ({})],
  ['register', 'RegisterInput', 'name', () => person],
  ['register', 'RegisterInput', 'email', () => person],
  ['register', 'RegisterInput', 'handle', () => person],
  ['logIn', 'LogInInput', 'email', () => ({ password: 'x', device: 'x' })],
];

describe.each([
  ['U+0000', 'a\0b'],
  ['half a character', 'a\ud800b'],
  ['the other half', '\udc00'],
])('a text with %s', (_what, text) => {
  it.each(texts)('is refused by %s (%s), which names `%s`', async (name, input, field, beside) => {
    const { data } = await bed.ask(
      ada,
      `mutation ($input: ${input}!) { ${name}(input: $input) { refusal { code field } } }`,
      { input: { ...beside(), [field]: text } },
    );
    expect(data[name].refusal).toEqual({ code: 'TEXT_MALFORMED', field });
  });

  it('is named deep inside too', async () => {
    const { data } = await bed.ask(
      ada,
      `mutation ($input: UpdateProfileInput!) {
        updateProfile(input: $input) { refusal { code field } }
      }`,
      { input: { fields: [{ label: 'town', value: text }] } },
    );
    expect(data.updateProfile.refusal).toEqual({ code: 'TEXT_MALFORMED', field: 'value' });
  });

  it('is no id for `setTyping` either, which has no payload to refuse in', async () => {
    const source = 'mutation ($input: SetTypingInput!) { setTyping(input: $input) }';
    const asked = bed.ask(ada, source, { input: { conversationId: text } });
    await expect(asked).rejects.toMatchObject({
      errors: [{ extensions: { code: 'BAD_INPUT', field: 'conversationId' } }],
    });
  });

  it.each([
    ['query', 'query ($text: String!) { channels(query: $text) { edges { cursor } } }'],
    ['handle', 'query ($text: String!) { person(handle: $text) { id } }'],
  ])('finds nothing: `%s` is BAD_INPUT', async (field, source) => {
    await expect(bed.ask(ada, source, { text })).rejects.toMatchObject({
      errors: [{ extensions: { code: 'BAD_INPUT', field } }],
    });
  });
});

describe('a page cursor that somebody made up', () => {
  const lists: readonly (readonly [string, string, readonly (string | number | boolean)[]])[] = [
    ['inbox', 'viewer { inbox(first: 1, after: $at) { position } }', [true, '1', 'nobody']],
    ['channels', 'channels(first: 1, after: $at) { edges { cursor } }', ['nobody']],
    ['members', 'members(first: 1, after: $at) { edges { cursor } }', ['1', 'nobody']],
    ['readers', 'message(number: 1) { readBy(after: $at) { edges { cursor } } }', ['1', 'nobody']],
    ['messages', 'messages(first: 1, after: $at) { edges { cursor } }', [1.5]],
    ['messages', 'messages(first: 1, after: $at) { edges { cursor } }', [1e300]],
    ['messages', 'messages(first: 1, after: $at) { edges { cursor } }', [-1]],
  ];

  it.each(lists)('is none of %s', async (_list, field, parts) => {
    const inside = /^(viewer|channels)/.test(field) ? field : `conversation(id: $id) { ${field} }`;
    const declared = inside === field ? '$at: String' : '$at: String, $id: ID!';
    const asked = bed.ask(ada, `query (${declared}) { ${inside} }`, { id, at: pageCursor(parts) });
    await expect(asked).rejects.toMatchObject({
      errors: [{ extensions: { code: 'BAD_INPUT', field: 'after' } }],
    });
  });
});
