import type { FastifyInstance } from 'fastify';
import { readSdl } from '../../schemas/graphql/sdl.ts';
import { documentLinks, readDocument } from './documents.ts';
import { registerExplorer } from './explorer/explorer.ts';
import type { Status } from './status-page.ts';
import { statusPage } from './status-page.ts';

export type Check = () => Promise<
  { readonly ok: true } | { readonly ok: false; readonly reason: string }
>;

export type PagesDependencies = {
  /** What must answer before this process takes requests. */
  readonly checks: Readonly<Record<string, Check>>;
  /** Names of checks without which requests are taken all the same: messages go on. */
  readonly mayBeAway?: readonly string[] | undefined;
  readonly status: () => Promise<Status>;
  /** Serves GraphiQL at /graphiql. */
  readonly explorer: boolean;
  /** False once the process is stopping. */
  readonly accepting: () => boolean;
};

const policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/**
 * Everything that is no GraphQL: health, the SDL, the status page; and the headers of all answers.
 */
export function registerPages(server: FastifyInstance, dependencies: PagesDependencies): void {
  const { explorer } = dependencies;
  const sdl = readSdl();
  server.addHook('onRequest', async (_request, reply) => {
    reply.headers({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'content-security-policy': policy,
    });
  });
  const links = [
    ...(explorer ? [{ path: '/graphiql', name: 'Explorer' }] : []),
    { path: '/schema.graphql', name: 'Schema' },
    ...documentLinks,
    { path: '/health/ready', name: 'Health' },
  ];
  server.addHook('onSend', async (_request, reply) => {
    // A connection that is kept for the next request would hold up the stop.
    if (!dependencies.accepting()) reply.header('connection', 'close');
  });
  server.get('/', async (_request, reply) =>
    reply.type('text/html; charset=utf-8').send(statusPage(await dependencies.status(), links)),
  );
  server.get<{ Params: { readonly name: string } }>('/docs/:name', async (request, reply) => {
    const text = readDocument(request.params.name);
    if (text === null) return reply.callNotFound();
    return reply.type('text/plain; charset=utf-8').send(text);
  });
  if (explorer) registerExplorer(server);
  server.get('/schema.graphql', async (_request, reply) =>
    reply.type('text/plain; charset=utf-8').send(sdl),
  );
  server.get('/health/live', async () => ({ status: 'live' }));
  server.get('/health/ready', async (_request, reply) => {
    const found = await Promise.all(
      Object.entries(dependencies.checks).map(async ([name, check]) => {
        const health = await check().catch(() => ({ ok: false, reason: 'no answer' }) as const);
        return [name, health.ok ? 'ok' : health.reason] as const;
      }),
    );
    const works = ([name, state]: (typeof found)[number]) =>
      state === 'ok' || dependencies.mayBeAway?.includes(name);
    const ready = dependencies.accepting() && found.every(works);
    return reply
      .code(ready ? 200 : 503)
      .send({ status: ready ? 'ready' : 'not ready', checks: Object.fromEntries(found) });
  });
}
