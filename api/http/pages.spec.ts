import type { FastifyInstance } from 'fastify';
import fastify from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import type { Check } from './health.ts';
import type { PagesDependencies } from './pages.ts';
import { registerPages } from './pages.ts';

let server: FastifyInstance;
afterEach(() => server.close());

const well: Check = async () => ({ ok: true });
const away: Check = async () => ({ ok: false, reason: 'Postgres does not answer' });
const silent: Check = async () => {
  throw new Error('a name that nobody should read');
};

async function get(path: string, dependencies: Partial<PagesDependencies> = {}) {
  server = fastify();
  registerPages(server, {
    ...{ checks: { tables: well, cache: well }, explorer: false, accepting: () => true },
    status: async () => ({ version: '1.2.3', startedAt: new Date(0), sections: [] }),
    ...dependencies,
  });
  const answer = await server.inject(path);
  return { code: answer.statusCode, body: answer.body, headers: answer.headers };
}

describe('/health/ready', () => {
  it('is 200 where every machine answers', async () => {
    const { code, body } = await get('/health/ready');
    expect([code, JSON.parse(body)]).toEqual([
      200,
      { status: 'ready', checks: { tables: 'ok', cache: 'ok' } },
    ]);
  });

  it('is 503 where one does not, and says which and why', async () => {
    const { code, body } = await get('/health/ready', { checks: { tables: away, cache: well } });
    expect([code, JSON.parse(body)]).toEqual([
      503,
      { status: 'not ready', checks: { tables: 'Postgres does not answer', cache: 'ok' } },
    ]);
  });

  it('is 200, and says what is away, where messages go on without it', async () => {
    const checks = { tables: well, cache: away };
    const { code, body } = await get('/health/ready', { checks, mayBeAway: ['cache'] });
    expect([code, JSON.parse(body)]).toEqual([
      200,
      { status: 'ready', checks: { tables: 'ok', cache: 'Postgres does not answer' } },
    ]);
  });

  it('is 503 where a check breaks, and quotes nothing of it', async () => {
    const { code, body } = await get('/health/ready', { checks: { tables: silent } });
    expect([code, JSON.parse(body).checks]).toEqual([503, { tables: 'no answer' }]);
  });

  it('names a cause for each machine that does not answer, also where it gives none', async () => {
    const mute: Check = async () => ({ ok: false, reason: '' });
    const { body } = await get('/health/ready', { checks: { tables: away, cache: mute } });
    expect(JSON.parse(body).checks).toEqual({
      ...{ tables: 'Postgres does not answer', cache: 'it does not say why' },
    });
  });

  it('is 503 once the process is stopping, though every machine answers', async () => {
    const { code, body } = await get('/health/ready', { accepting: () => false });
    expect([code, JSON.parse(body).status]).toEqual([503, 'not ready']);
  });

  it('leaves /health/live alone: who waits for a machine must not be killed', async () => {
    expect(await get('/health/live', { checks: { tables: away } })).toMatchObject({ code: 200 });
  });
});

describe('the status page', () => {
  const section = (cell: string) => ({
    caption: 'Places',
    columns: ['up to'],
    rows: [['log', cell]],
  });
  const status = (cell: string) => async () => ({
    ...{ version: '1.2.3', startedAt: new Date(0), sections: [section(cell)] },
  });

  it('shows its tables, with names for rows and columns', async () => {
    const { body } = await get('/', { status: status('42') });
    expect(body).toContain('<h2>Places</h2>');
    expect(body).toContain('<th scope="col">up to</th>');
    expect(body).toContain('<th scope="row">log</th><td>42</td>');
    expect(body).toContain('Parley 1.2.3');
  });

  it('shows words of a machine as words', async () => {
    const { body } = await get('/', { status: status('<img src=x onerror="a()">') });
    expect(body).toContain('&lt;img src=x onerror=&quot;a()&quot;&gt;');
  });

  it('leads to the explorer where there is one', async () => {
    expect((await get('/')).body).not.toContain('/graphiql');
    await server.close();
    expect((await get('/', { explorer: true })).body).toContain('href="/graphiql"');
  });

  it('lets nothing run and nobody frame it', async () => {
    const { headers } = await get('/');
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(headers['x-frame-options']).toBe('DENY');
  });
});
