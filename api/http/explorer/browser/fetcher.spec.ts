import { afterEach, describe, expect, it, vi } from 'vitest';
import { openFetcher } from './fetcher.ts';
import type { Known } from './memory.ts';
import type { Watch } from './watch.ts';

describe('what the explorer does when a document is run', () => {
  afterEach(() => vi.unstubAllGlobals());
  const answering = (answer: () => Promise<Response>) => {
    const posted: { headers: Record<string, string>; body: string }[] = [];
    vi.stubGlobal('fetch', async (_url: string, request: (typeof posted)[number]) => {
      posted.push(request);
      return answer();
    });
    return posted;
  };
  const open = (known: Record<string, string> = {}) => {
    const watched: { asked: object; authorization: string | undefined }[] = [];
    const fetcher = openFetcher({
      endpoint: 'http://here/graphql',
      known: () => known,
      learn: (more: Known) => void Object.assign(known, more),
      newId: () => 'fresh',
      watch: (asked, authorization) => {
        watched.push({ asked, authorization: authorization() });
        return 'a watch' as unknown as Watch;
      },
    });
    return { fetcher, known, watched };
  };

  it('asks over HTTP with what it knows filled in, and learns from the answer', async () => {
    const person = { id: 'p1', name: 'Ada' };
    const posted = answering(async () =>
      Response.json({ data: { register: { session: { accessToken: 't' }, viewer: { person } } } }),
    );
    const { fetcher, known } = open({ 'Ben.token': 'tb' });
    await fetcher(
      { query: 'mutation M { m }', operationName: 'Other', variables: { id: '{{uuidv7}}' } },
      { headers: { Authorization: 'Bearer {{Ben.token}}' } },
    );
    expect(JSON.parse(posted[0]?.body ?? '')).toMatchObject({
      operationName: 'M',
      variables: { id: 'fresh' },
    });
    expect(posted[0]?.headers).toMatchObject({ authorization: 'Bearer tb' });
    expect(known).toMatchObject({ 'Ada.token': 't', 'Ada.id': 'p1' });
  });

  it('watches a subscription with the token in its first message', async () => {
    const { fetcher, watched } = open({ 'Ben.token': 'tb' });
    const headers = { authorization: 'Bearer {{Ben.token}}' };
    const result = await fetcher({ query: 'subscription S { events { at } }' }, { headers });
    expect(result).toBe('a watch');
    expect(watched).toEqual([
      { asked: expect.objectContaining({ operationName: 'S' }), authorization: 'Bearer tb' },
    ]);
  });

  it('asks for the schema without anybody’s token', async () => {
    const posted = answering(async () => Response.json({ data: {} }));
    await open().fetcher(
      {
        query: 'query IntrospectionQuery { __schema { types { name } } }',
        operationName: 'IntrospectionQuery',
      },
      { headers: { authorization: 'Bearer {{Ada.token}}' } },
    );
    expect(posted[0]?.headers).not.toHaveProperty('authorization');
  });

  it.each([
    ['nothing is asked when a name is not known', '{{Ada.id}}', /register or log in as Ada/, null],
    ['the platform does not answer', 'x', /is it running/, () => Promise.reject(new Error('no'))],
    [
      'what answers is no GraphQL',
      'x',
      /status 502/,
      async () => new Response('', { status: 502 }),
    ],
  ])('says so in a sentence when %s', async (_what, id, sentence, answer) => {
    const posted = answering(answer ?? (async () => Response.json({})));
    const result = await open().fetcher({ query: '{ a }', variables: { id } });
    expect(JSON.stringify(result)).toMatch(sentence);
    if (answer === null) expect(posted).toEqual([]);
  });
});
