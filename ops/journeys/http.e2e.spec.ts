import { serverAudits } from 'graphql-http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer } from './testing.ts';
import { ask, register, startPlatform } from './testing.ts';

type Started = Awaited<ReturnType<typeof startPlatform>>;
let platform: Started;
beforeAll(async () => {
  platform = await startPlatform();
});
afterAll(() => platform[Symbol.asyncDispose]());

describe('GraphQL over HTTP, by the audit of graphql-http', () => {
  const audits = serverAudits({ url: () => `${platform.url}/graphql`, fetchFn: fetch });

  it('counts 61 audits', () => expect(audits).toHaveLength(61));

  it.each(audits.map(({ id, name, fn }) => ({ id, name, fn })))('$id $name', async ({ fn }) => {
    const { status, ...result } = await fn();
    expect({ status, reason: 'reason' in result ? result.reason : undefined }).toEqual({
      status: 'ok',
      reason: undefined,
    });
  });
});

describe('what else is served', () => {
  const text = async (path: string) => (await fetch(`${platform.url}${path}`)).text();

  it('is the schema as a text, and health', async () => {
    expect(await text('/schema.graphql')).toContain('type Subscription');
    expect(await text('/health/live')).toContain('live');
    expect(JSON.parse(await text('/health/ready'))).toEqual({
      ...{ status: 'ready', lacks: [] },
      checks: {
        ...{ 'event store': 'ok', 'event log': 'ok', tables: 'ok', cache: 'ok' },
        ...{ objects: 'ok', search: 'ok' },
      },
    });
  });

  it('is a status page without scripts: machines, places, read models, versions', async () => {
    const page = await text('/');
    expect(page).not.toContain('<script');
    for (const row of ['event store', 'relay', 'projector', 'courier', 'inbox', 'Postgres']) {
      expect(page).toContain(`<th scope="row">${row}</th>`);
    }
    expect(page).toMatch(/<th scope="row">Node<\/th><td>\d+\.\d+\.\d+<\/td>/);
  });

  it('is every page that the status page leads to', async () => {
    const paths = [...(await text('/')).matchAll(/href="([^"]+)"/g)].map(([, path]) => path ?? '');
    expect(paths).toContain('/docs/live-protocol');
    for (const path of paths) expect((await fetch(`${platform.url}${path}`)).status).toBe(200);
    expect(await text('/docs/live-protocol')).toContain('# The live protocol');
    for (const path of ['/docs/none', '/docs/__proto__', '/docs/..%2f..%2fpackage.json']) {
      expect((await fetch(`${platform.url}${path}`)).status).toBe(404);
    }
  });
});

describe('the edge', () => {
  const post = (body: object, headers: Record<string, string> = {}) =>
    fetch(`${platform.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });

  it('asks strangers to log in', async () => {
    const answer: Answer = await (await post({ query: '{ viewer { email } }' })).json();
    expect(answer.errors[0].extensions.code).toBe('UNAUTHENTICATED');
  });

  it('refuses a wrong token', async () => {
    const response = await post({ query: '{ __typename }' }, { authorization: 'Bearer x.y.z' });
    const answer: Answer = await response.json();
    expect(answer.errors[0].extensions.code).toBe('UNAUTHENTICATED');
  });

  it.each([
    [
      'too deep',
      `{ viewer ${'{ person '.repeat(12)}{ id }${' }'.repeat(12)} }`,
      /deep|Syntax|Cannot/,
    ],
    [
      'too many aliases',
      `{ ${Array.from({ length: 60 }, (_, n) => `a${n}: __typename`)} }`,
      /aliases/,
    ],
    ['too many tokens', `{ ${'__typename '.repeat(3_000)} }`, /tokens/],
  ])('refuses a document that is %s', async (_what, query, said) => {
    const answer: Answer = await (await post({ query })).json();
    expect(JSON.stringify(answer.errors)).toMatch(said);
  });

  it('refuses a body over the limit', async () => {
    expect((await post({ query: `{ __typename } # ${'x'.repeat(70_000)}` })).status).toBe(413);
  });

  it('refuses batches', async () => {
    const response = await fetch(`${platform.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '[{"query":"{__typename}"},{"query":"{__typename}"}]',
    });
    expect(response.status).toBe(400);
  });

  it('names the argument that is wrong', async () => {
    const ada = await register(platform.url, 'Ada');
    const wrong = ada.ask('{ viewer { inbox(first: 101) { position } } }');
    await expect(wrong).rejects.toThrow(/`first` must be 1 to 100/);
  });

  it('tells log-in failures apart from nothing', async () => {
    const document = `mutation ($email: String!) {
      logIn(input: { email: $email, password: "wrong horse", device: "x" }) { refusal { code } }
    }`;
    const nobody = await ask(platform.url, document, { variables: { email: 'no@body.org' } });
    expect(nobody.logIn.refusal.code).toBe('WRONG_CREDENTIALS');
  });
});
