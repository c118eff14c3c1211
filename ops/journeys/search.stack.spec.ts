import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { elasticsearch } from '../stack/elasticsearch.ts';
import type { TestServer } from '../stack/testing.ts';
import { lackOf, openTestServer } from '../stack/testing.ts';
import type { Program } from './process-tree.ts';
import { openProcessTree } from './process-tree.ts';
import type { Answer, Caller } from './testing.ts';
import { ask, createGroup, eventually, register, send } from './testing.ts';
import { startTwoGateways } from './two-gateways.ts';

const missing = lackOf(elasticsearch);

describe.skipIf(missing !== null)(`people on an Elasticsearch (${missing ?? 'its own'})`, () => {
  const opened = new AsyncDisposableStack();
  const tree = opened.use(openProcessTree());
  let server: TestServer;
  let [first, second]: readonly Program[] = [];
  let ada: Caller;
  let bob: Caller;
  let group = '';
  const said: string[] = [];

  beforeAll(async () => {
    server = opened.use(await openTestServer(elasticsearch));
    [first, second] = await startTwoGateways(tree, server);
    ada = await register(first.url, 'Ada');
    bob = await register(second.url, 'Bob');
    group = await createGroup(ada, [bob], 'Harbour');
  }, 300_000);
  afterAll(() => opened.disposeAsync(), 120_000);

  const say = async (text: string): Promise<number> => {
    const sent = await send(ada, group, text);
    expect(sent.refusal).toBe(null);
    said.push(text);
    return sent.message.number;
  };
  /** At the other gateway, by the other person, page by page. */
  const found = async (query: string): Promise<readonly string[]> => {
    const texts: string[] = [];
    for (let cursor: string | null = null; ; ) {
      const { search }: Answer = await bob.ask(
        `query ($query: String!, $cursor: String) {
          search(query: $query, kinds: [MESSAGE], order: NEWEST, first: 7, cursor: $cursor) {
            edges { node { ... on MessageHit { message { text } } } }
            pageInfo { hasNextPage endCursor } } }`,
        { query, cursor },
      );
      texts.push(...search.edges.map(({ node }: Answer) => node.message.text));
      if (!search.pageInfo.hasNextPage) return texts;
      cursor = search.pageInfo.endCursor;
    }
  };
  const everythingFound = () =>
    eventually(async () => expect(await found('tide')).toEqual(said.toReversed()), 90_000);
  const change = (field: string, input: object) =>
    ada.ask(
      `mutation ($input: ${field[0]?.toUpperCase()}${field.slice(1)}Input!) {
      ${field}(input: $input) { refusal { code } } }`,
      { input: { conversationId: group, ...input } },
    );

  it('find what is said, as it is edited, until it is deleted', async () => {
    for (let n = 0; n < 10; n += 1) await say(`tide ${n}`);
    await everythingFound();
    const number = await say('ebb');
    said.pop();
    await eventually(async () => expect(await found('ebb')).toEqual(['ebb']));
    await change('editMessage', { number, text: 'flood' });
    expect(await found('ebb')).toEqual([]);
    await eventually(async () => expect(await found('flood')).toEqual(['flood']));
    await change('deleteMessage', { number, for: 'EVERYONE' });
    expect(await found('flood')).toEqual([]);
    const { search }: Answer = await bob.ask(
      `{ search(query: "harb") { edges { node { __typename
        ... on ConversationHit { conversation { title } } } } } }`,
    );
    expect(search.edges).toMatchObject([{ node: { conversation: { title: 'Harbour' } } }]);
  });

  it('send and read while it is away, and are told that search is', async () => {
    await server.stop();
    for (let n = 0; n < 10; n += 1) await say(`tide while it is away ${n}`);
    await eventually(async () => {
      const page = await ask(
        second?.url ?? '',
        'query ($id: ID!) { conversation(id: $id) { lastMessage { text } } }',
        { variables: { id: group }, token: bob.token },
      );
      expect(page.conversation.lastMessage.text).toBe('tide while it is away 9');
    });
    const refused = await found('tide').then(
      () => [],
      ({ message }: Error) => JSON.parse(message),
    );
    expect(refused).toMatchObject([
      { extensions: { code: 'UNAVAILABLE', part: 'search', retryAfterMs: 1_000 } },
    ]);
    const health = await fetch(`${first?.url}/health/ready`);
    expect(health.status).toBe(200);
  });

  it('find all of it when it is back, each message once (laws 4 and 13)', async () => {
    await server.start();
    await say('tide afterwards');
    await everythingFound();
  });
});
