import type { FastifyInstance } from 'fastify';
import type { ObjectsHandler } from '../../ops/adapters/objects/port.ts';
import { readSdl } from '../../schemas/graphql/sdl.ts';
import { documentLinks, readDocument } from './documents.ts';
import { registerExplorer } from './explorer/explorer.ts';
import type { HealthDependencies } from './health.ts';
import { registerHealth } from './health.ts';
import { registerObjects } from './objects.ts';
import type { Status } from './status-page.ts';
import { statusPage } from './status-page.ts';

export type PagesDependencies = HealthDependencies & {
  readonly status: () => Promise<Status>;
  /** Serves GraphiQL at /graphiql. */
  readonly explorer: boolean;
  /** Where objects lie with us; null or none where a server of its own answers for them. */
  readonly objects?: ObjectsHandler | null | undefined;
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
  if (dependencies.objects) registerObjects(server, dependencies.objects);
  registerHealth(server, dependencies);
}
