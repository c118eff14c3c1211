import type { FastifyInstance, FastifyRequest } from 'fastify';
import Fastify from 'fastify';
import type { ExecutionResult, GraphQLSchema } from 'graphql';
import { GraphQLError } from 'graphql';
import mercurius from 'mercurius';
import { admit } from './admission.ts';
import type { ApiContext } from './context.ts';
import { createContext } from './context.ts';
import type { ApiDependencies } from './dependencies.ts';
import { publicError } from './errors.ts';
import { registerGraphqlOverHttp } from './http/graphql-over-http.ts';
import type { PagesDependencies } from './http/pages.ts';
import { registerPages } from './http/pages.ts';
import { limits } from './limits.ts';

/** The HTTP side: GraphQL at /graphql, the SDL, health, the status page. Listens to nothing yet. */
export async function buildServer(
  dependencies: ApiDependencies,
  pages: PagesDependencies,
  schema: GraphQLSchema,
): Promise<FastifyInstance> {
  const server = Fastify({
    ...{ bodyLimit: limits.bodyBytesMax, logger: false, trustProxy: false },
    ...{ forceCloseConnections: 'idle' as const, routerOptions: { ignoreTrailingSlash: true } },
  });
  registerGraphqlOverHttp(server);
  registerPages(server, pages);
  await server.register(mercurius, {
    ...{ schema, jit: 1, graphiql: false, allowBatchedQueries: false, path: '/graphql' },
    ...{ cache: limits.documentsKeptMax, queryDepth: limits.depthMax + 8 },
    graphql: { parseOptions: { maxTokens: limits.tokensMax } },
    context: (request: FastifyRequest) => contextOf(request, dependencies),
    errorFormatter: (result: ExecutionResult) => ({
      statusCode: 200,
      response: withPublicErrors(result, dependencies),
    }),
  } as never);
  server.graphql.addHook('preExecution', async (_schema, document, context, variables) => {
    const api = context as unknown as ApiContext;
    await admit(api, document, { ...variables });
  });
  server.graphql.addHook('onResolution', async (execution, context) => {
    const { cost } = context as unknown as ApiContext;
    if (cost) Object.assign(execution, { extensions: { cost: shownCost(cost, dependencies) } });
  });
  return server;
}

/** The viewer of a request: nobody without a token, an error with a bad one. */
async function contextOf(
  request: FastifyRequest,
  dependencies: ApiDependencies,
): Promise<ApiContext> {
  const { authorization } = request.headers;
  if (authorization === undefined) return createContext(dependencies, null, request.ip);
  const viewer = await dependencies.access.authenticate(authorization.replace(/^Bearer /i, ''));
  if (!viewer) {
    throw new GraphQLError('The access token is wrong or ran out: log in again.', {
      extensions: { code: 'UNAUTHENTICATED', http: { status: 401 } },
    });
  }
  return createContext(dependencies, viewer.userId, request.ip);
}

function withPublicErrors(result: ExecutionResult, { log }: ApiDependencies): ExecutionResult {
  const errors = result.errors?.map((error) => publicError(error, log));
  return { data: result.data ?? null, ...(errors && { errors }) };
}

/** The shape that Shopify's clients know. */
function shownCost(
  { requested, remaining }: NonNullable<ApiContext['cost']>,
  { costPerMinute }: ApiDependencies,
) {
  return {
    requestedQueryCost: requested,
    actualQueryCost: requested,
    throttleStatus: {
      maximumAvailable: costPerMinute,
      currentlyAvailable: remaining,
      restoreRate: costPerMinute / 60,
    },
  };
}
