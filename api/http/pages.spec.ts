import type { FastifyInstance } from 'fastify';
import fastify from 'fastify';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { manualClock } from '../../workers/testing/manual-clock.ts';
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
    clock: manualClock(),
    status: async () => ({ version: '1.2.3', startedAt: new Date(0), sections: [] }),
    ...dependencies,
  });
  const answer = await server.inject(path);
  return { code: answer.statusCode, body: answer.body, headers: answer.headers };
}

describe('health', () => {
  const asked = async (path: string, dependencies: Partial<PagesDependencies> = {}) => {
    const { code, body } = await get(path, dependencies);
    return [code, JSON.parse(body)];
  };
  const lame = { checks: { tables: away, cache: well } };

  it('is 200 where every machine answers', async () => {
    const told = { status: 'ready', lacks: [], checks: { tables: 'ok', cache: 'ok' } };
    expect(await asked('/health/ready')).toEqual([200, told]);
    expect(await asked('/health/whole')).toEqual([200, told]);
  });

  it('is ready and not whole where one does not, and says which and why', async () => {
    const checks = { tables: 'Postgres does not answer', cache: 'ok' };
    const told = { status: 'ready', lacks: ['tables'], checks };
    expect(await asked('/health/ready', lame)).toEqual([200, told]);
    expect(await asked('/health/whole', lame)).toEqual([503, told]);
  });

  it('is whole, and says what is away, where that is a part of its own', async () => {
    const dependencies = { checks: { tables: well, cache: away }, mayBeAway: ['cache'] };
    const checks = { tables: 'ok', cache: 'Postgres does not answer' };
    const told = [200, { status: 'ready', lacks: [], checks }];
    expect(await asked('/health/whole', dependencies)).toEqual(told);
  });

  it('names a check that breaks, and quotes nothing of it', async () => {
    const [, told] = await asked('/health/ready', { checks: { tables: silent } });
    expect(told.checks).toEqual({ tables: 'no answer' });
  });

  it('does not wait for a machine that hangs', async () => {
    const clock = manualClock();
    const checks = { tables: () => new Promise<never>(() => undefined) };
    const asking = asked('/health/ready', { checks, clock });
    await vi.waitFor(() => expect(clock.timers()).toBe(1));
    await clock.advance(2_000);
    expect(await asking).toMatchObject([200, { checks: { tables: 'no answer' } }]);
  });

  it('names a cause for each machine that does not answer, also where it gives none', async () => {
    const mute: Check = async () => ({ ok: false, reason: '' });
    const [, told] = await asked('/health/ready', { checks: { tables: away, cache: mute } });
    expect(told.checks).toEqual({
      ...{ tables: 'Postgres does not answer', cache: 'it does not say why' },
    });
  });

  it('is 503 once the process is stopping, though every machine answers', async () => {
    for (const path of ['/health/ready', '/health/whole']) {
      const told = await asked(path, { accepting: () => false });
      expect(told).toMatchObject([503, { status: 'not ready' }]);
    }
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
