import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer, Caller } from '../../ops/journeys/testing.ts';
import { createGroup, register, send, startPlatform } from '../../ops/journeys/testing.ts';

type Started = Awaited<ReturnType<typeof startPlatform>>;
let platform: Started;
let ada: Caller;
let group: string;
beforeAll(async () => {
  platform = await startPlatform();
  ada = await register(platform.url, 'Ada');
  group = await createGroup(ada, []);
  await send(ada, group, 'hello');
});
afterAll(() => platform[Symbol.asyncDispose]());

async function post(body: object): Promise<Answer> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${ada.token}` };
  const asked = { method: 'POST', headers, body: JSON.stringify(body) };
  return (await fetch(`${platform.url}/graphql`, asked)).json();
}
const get = (query: string, more = '', method = 'GET') =>
  fetch(`${platform.url}/graphql?query=${encodeURIComponent(query)}${more}`, { method });
const codeOf = ({ errors }: Answer) => errors?.[0]?.extensions?.code;

describe('a document', () => {
  const two = 'query A { a: __typename } query B { b: __typename }';

  it('runs the operation that is asked, however often another one ran before', async () => {
    const asked = ['A', 'A', 'A', 'B', 'A', 'B'];
    const answers: Answer[] = [];
    for (const operationName of asked) answers.push(await post({ query: two, operationName }));
    expect(answers.map(({ data }) => Object.keys(data)[0])).toEqual(
      asked.map((name) => name.toLowerCase()),
    );
  });

  it.each([['7'], ['null'], ['{}'], [' { "kind": "Document", "definitions": [] }']])(
    'is no JSON: %s',
    async (query) => {
      expect(codeOf(await post({ query }))).toBe('BAD_INPUT');
      expect(codeOf(await (await get(query)).json())).toBe('BAD_INPUT');
    },
  );

  it.each([
    ['none of that name', two, '&operationName=C'],
    ['one of several', two, ''],
  ])('asked by GET for %s is BAD_INPUT', async (_what, query, more) => {
    const answer: Answer = await (await get(query, more)).json();
    expect(codeOf(answer)).toBe('BAD_INPUT');
    expect(answer.errors[0].message).toContain('operationName');
  });

  it('runs by GET and POST alone: HEAD would run a mutation unseen', async () => {
    const input = `{ conversationId: "${group}" }`;
    const mutation = `mutation { pinConversation(input: ${input}) { position } }`;
    expect((await get(mutation, '', 'HEAD')).status).toBe(405);
  });

  it('that subscribes is sent to the socket', async () => {
    const { errors }: Answer = await post({ query: 'subscription { events { at } }' });
    expect(errors[0].extensions).toEqual({ code: 'BAD_INPUT', field: 'query' });
  });

  it('whose variables do not fit is told which, also while it is compiled', async () => {
    const query = 'mutation ($input: ReactionInput!) { react(input: $input) { position } }';
    for (let time = 0; time < 4; time += 1) {
      const { errors } = await post({ query, variables: { input: { number: 1, emoji: '👍' } } });
      expect(errors[0].extensions).toEqual({ code: 'BAD_INPUT', field: 'conversationId' });
    }
  });
});

describe('an argument', () => {
  it('that is null counts as its default', async () => {
    const { data } = await post({
      query: '{ viewer { inbox(filter: null) { edges { cursor } } } }',
    });
    expect(data.viewer.inbox.edges).toHaveLength(1);
    const query = `mutation { createChannel(input: { title: "x", public: null }) {
        conversation { settings { joining } }
      } }`;
    expect((await post({ query })).data.createChannel.conversation.settings.joining).toBe('OPEN');
  });

  it.each([-2_147_483_648, -1, 0, 2_147_483_647])('`around` may be %i', async (around) => {
    const page = `messages(first: 1, around: ${around}) { edges { cursor } }`;
    const query = `{ conversation(id: "${group}") { ${page} } }`;
    expect((await post({ query })).data.conversation.messages.edges).toHaveLength(1);
  });
});

describe('a refusal names the field as the input calls it', () => {
  const refusalOf = async (name: string, input: object) => {
    const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input`;
    const query = `mutation ($input: ${type}!) {
      ${name}(input: $input) { refusal { code field } }
    }`;
    return (await post({ query, variables: { input } })).data[name].refusal;
  };
  const nobody = `per_${'A'.repeat(21)}Q`;

  it.each([
    ['sendMessage', () => ({ conversationId: group, text: 'x', replyTo: 99 }), 'replyTo'],
    ['createGroup', () => ({ title: 'x', memberIds: [nobody] }), 'memberIds'],
    ['addMembers', () => ({ conversationId: group, personIds: [nobody] }), 'personIds'],
    ['openDirect', () => ({ personId: nobody }), 'personId'],
  ])('%s', async (name, input, field) => {
    const clientId = name === 'sendMessage' ? { clientId: freshClientId() } : {};
    expect((await refusalOf(name, { ...input(), ...clientId })).field).toBe(field);
  });
});

function freshClientId(): string {
  const time = Date.now().toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-000000000001`;
}

describe('an upgrade', () => {
  it.each(['//', 'http://['])('at the address %s is refused, and nothing ends', async (path) => {
    const { hostname, port } = new URL(platform.url);
    const socket = connect(Number(port), hostname);
    socket.write(
      `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
    );
    const [answer] = await once(socket, 'data');
    expect(String(answer)).toMatch(/^HTTP\/1\.1 403/);
    socket.destroy();
    expect((await post({ query: '{ __typename }' })).data).toEqual({ __typename: 'Query' });
  });
});
