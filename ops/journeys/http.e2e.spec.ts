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

  it('serves the schema as a text, health, and a status page without scripts', async () => {
    const text = async (path: string) => (await fetch(`${platform.url}${path}`)).text();
    expect(await text('/schema.graphql')).toContain('type Subscription');
    expect(await text('/health/live')).toContain('live');
    expect(JSON.parse(await text('/health/ready')).checks.tables).toBe('ok');
    const page = await text('/');
    expect(page).toContain('Head of the log');
    expect(page).not.toContain('<script');
  });
});
