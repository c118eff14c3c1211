import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import type { Answer, Caller } from '../ops/journeys/testing.ts';
import { eventually, register, startPlatform } from '../ops/journeys/testing.ts';
import { limits } from './limits.ts';

type Started = Awaited<ReturnType<typeof startPlatform>>;
let platform: Started;
let ada: Caller;
beforeAll(async () => {
  platform = await startPlatform({ PARLEY_COST_PER_MINUTE: '5000' });
  ada = await register(platform.url, 'Ada');
});
afterAll(() => platform[Symbol.asyncDispose]());

const deep = (levels: number) =>
  `${'lastMessage { conversation { '.repeat(levels)} id ${'} } '.repeat(levels)}`;
const tooMuch: readonly (readonly [string, string, number, string])[] = [
  ['deep', 'depth', limits.depthMax, `{ conversation(id: "x") { ${deep(6)} } }`],
  ['far too deep', 'depth', limits.depthMax, `{ conversation(id: "x") { ${deep(100)} } }`],
  [
    ...(['full of aliases', 'aliases', limits.aliasesMax] as const),
    `{ ${Array.from({ length: 60 }, (_, at) => `a${at}: __typename`)} }`,
  ],
  [
    ...(['dear', 'points', limits.costMax] as const),
    `{ viewer { inbox(first: 100) { edges { node {
         messages(last: 100) { edges { node { author { id } replyTo { author { id } } } } }
       } } } } }`,
  ],
  ['long', 'tokens', limits.tokensMax, `{ ${'__typename '.repeat(2_001)} }`],
];

describe('a document over HTTP', () => {
  const post = (query: string, headers: Record<string, string> = {}) =>
    fetch(`${platform.url}/graphql`, {
      method: 'POST',
      headers: {
        ...{ 'content-type': 'application/json', authorization: `Bearer ${ada.token}` },
        ...headers,
      },
      body: JSON.stringify({ query }),
    });

  it.each(tooMuch)('that is %s is LIMITED, with the numbers', async (_what, of, max, query) => {
    const { errors }: Answer = await (await post(query)).json();
    expect(errors).toHaveLength(1);
    expect(errors[0].extensions).toMatchObject({ code: 'LIMITED', limit: { of, max } });
    expect(errors[0].message).toMatch(new RegExp(`${max} is the limit`));
  });

  it('in a body that is too long is LIMITED, with the number', async () => {
    const response = await post(`{ __typename } # ${'x'.repeat(limits.bodyBytesMax)}`);
    expect(response.status).toBe(413);
    const { errors }: Answer = await response.json();
    const limit = { of: 'bytes', max: limits.bodyBytesMax };
    expect(errors[0].extensions).toEqual({ code: 'LIMITED', retryAfterMs: null, limit });
  });

  it('may go exactly as deep as the limit', async () => {
    const { errors }: Answer = await (
      await post(`{ conversation(id: "x") { ${deep(5)} } }`)
    ).json();
    expect(errors).toBeUndefined();
  });

  it('that finds the allowance spent is told when to come back, in a header too', async () => {
    const eve = await register(platform.url, 'Eve');
    const headers = {
      ...{ authorization: `Bearer ${eve.token}`, accept: 'application/graphql-response+json' },
    };
    const dear =
      '{ viewer { inbox(first: 100) { edges { node { ' +
      'members(first: 30) { edges { node { person { id } } } } } } } } }';
    let response = await post(dear, headers);
    for (let time = 0; time < 20 && response.status === 200; time += 1) {
      response = await post(dear, headers);
    }
    expect(response.status).toBe(429);
    const { errors }: Answer = await response.json();
    const { code, retryAfterMs } = errors[0].extensions;
    expect(code).toBe('LIMITED');
    expect(retryAfterMs).toBeGreaterThan(0);
    expect(Number(response.headers.get('retry-after'))).toBe(Math.ceil(retryAfterMs / 1_000));
  });
});

describe('a document over the socket', () => {
  async function asked(query: string) {
    const socket = new WebSocket(
      `${platform.url.replace('http', 'ws')}/graphql`,
      'graphql-transport-ws',
    );
    const received: Answer[] = [];
    socket.on('message', (data) => received.push(JSON.parse(String(data))));
    await once(socket, 'open');
    const say = (message: object) => socket.send(JSON.stringify(message));
    say({ type: 'connection_init', payload: { authorization: `Bearer ${ada.token}` } });
    await eventually(() => expect(received).toHaveLength(1), 20_000);
    say({ id: '1', type: 'subscribe', payload: { query } });
    await eventually(() => expect(received.length).toBeGreaterThan(1), 20_000);
    const { readyState } = socket;
    socket.terminate();
    const [, { type, payload }] = received;
    return { errors: type === 'error' ? payload : payload.errors, open: readyState === 1 };
  }

  it.each(tooMuch)('that is %s is LIMITED, and the socket stays', async (_what, of, max, query) => {
    const { errors, open } = await asked(query);
    expect(errors[0].extensions).toMatchObject({ code: 'LIMITED', limit: { of, max } });
    expect(open).toBe(true);
  });

  it.each([
    ['deep', 'depth', `conversation { ${deep(6)} }`],
    [
      'dear',
      'points',
      'conversation { messages(last: 100) { edges { node { ' +
        'readBy(first: 100) { edges { node { id } } } ' +
        'conversation { members(first: 100) { edges { node { person { id } } } } } } } } }',
    ],
  ])('that would be too %s with each event is no subscription', async (_what, of, selection) => {
    const { errors, open } = await asked(
      `subscription { events { ... on ConversationChanged { ${selection} } } }`,
    );
    expect(errors[0].extensions).toMatchObject({ code: 'LIMITED', limit: { of } });
    expect(open).toBe(true);
  });
});

describe('who is not logged in', () => {
  /** What is left to whoever asks from an address, after a proxy says so. */
  async function remaining(url: string, forwarded: string): Promise<number> {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': forwarded },
      body: JSON.stringify({ query: '{ __typename }' }),
    });
    const { extensions }: Answer = await response.json();
    return extensions.cost.throttleStatus.currentlyAvailable;
  }

  it('is counted by the address that a trusted proxy names', async () => {
    await using behind = await startPlatform({ PARLEY_TRUSTED_PROXIES: '127.0.0.0/8' });
    const first = await remaining(behind.url, '10.0.0.1');
    expect(await remaining(behind.url, '10.0.0.2')).toBe(first);
    expect(await remaining(behind.url, '10.0.0.1')).toBeLessThan(first);
    const claimed = '10.0.0.3, 10.0.0.1'; // who asked wrote the first herself
    expect(await remaining(behind.url, claimed)).toBeLessThan(first);
  });

  it('cannot say so herself', async () => {
    const first = await remaining(platform.url, '10.0.0.1');
    expect(await remaining(platform.url, '10.0.0.2')).toBeLessThan(first);
  });
});
