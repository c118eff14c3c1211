import type { FastifyInstance, FastifyRequest } from 'fastify';
import Fastify from 'fastify';
import type { DocumentNode, ExecutionResult, GraphQLSchema } from 'graphql';
import { GraphQLError, Kind } from 'graphql';
import mercurius from 'mercurius';
import { admit } from './admission.ts';
import type { ApiContext } from './context.ts';
import { createContext } from './context.ts';
import type { ApiDependencies } from './dependencies.ts';
import { badInput, publicErrors, tooMuch, unauthenticated } from './errors.ts';
import { registerGraphqlOverHttp } from './http/graphql-over-http.ts';
import { boundKeptDocuments } from './http/kept-documents.ts';
import type { PagesDependencies } from './http/pages.ts';
import { registerPages } from './http/pages.ts';
import { limits } from './limits.ts';
import { tellOperations } from './tell-operations.ts';
import { traceOperations } from './trace-operations.ts';

export type HttpOptions = {
  readonly schema: GraphQLSchema;
  /** Addresses and networks whose X-Forwarded-For says from where a request came. */
  readonly trustedProxies: readonly string[];
};

/** The HTTP side: GraphQL at /graphql, the SDL, health, the status page. Listens to nothing yet. */
export async function buildServer(
  dependencies: ApiDependencies,
  pages: PagesDependencies,
  { schema, trustedProxies }: HttpOptions,
): Promise<FastifyInstance> {
  const server = Fastify({
    ...{ bodyLimit: limits.bodyBytesMax, logger: false, trustProxy: [...trustedProxies] },
    ...{ forceCloseConnections: 'idle' as const, routerOptions: { ignoreTrailingSlash: true } },
  });
  registerGraphqlOverHttp(server);
  registerPages(server, pages);
  await server.register(mercurius, {
    ...{ schema, jit: 1, graphiql: false, allowBatchedQueries: false, path: '/graphql' },
    cache: limits.documentsKeptMax,
    graphql: { parseOptions: { maxTokens: limits.tokensMax } },
    context: (request: FastifyRequest) => contextOf(request, dependencies),
    errorFormatter: (result: ExecutionResult) => ({
      statusCode: transportStatus(result) ?? 200,
      response: withPublicErrors(result, dependencies),
    }),
  } as never);
  boundKeptDocuments(server, schema, limits.documentBytesMax);
  if (dependencies.tell) tellOperations(server, dependencies.tell);
  if (dependencies.tracing) traceOperations(server, dependencies.tracing);
  server.graphql.addHook('preExecution', async (...[, document, context, variables]) => {
    const api = context as unknown as ApiContext;
    if (api.wrongToken)
      throw unauthenticated('The access token is wrong or ran out: log in again.');
    refuseSubscriptions(document);
    await admit(api, document, { ...variables });
    // Mercurius compiles a document once, for the operation that was asked then.
    return hasOneOperation(document) ? undefined : { document };
  });
  server.graphql.addHook('onResolution', async (execution, context) => {
    const { cost } = context as unknown as ApiContext;
    if (cost) Object.assign(execution, { extensions: { cost: shownCost(cost, dependencies) } });
  });
  return server;
}

function refuseSubscriptions(document: DocumentNode): void {
  const subscribes = document.definitions.some(
    (one) => one.kind === Kind.OPERATION_DEFINITION && one.operation === 'subscription',
  );
  if (subscribes) throw badInput('query', 'holds a subscription: those run over the socket.');
}

function hasOneOperation({ definitions }: DocumentNode): boolean {
  return definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION).length === 1;
}

/** The viewer of a request: nobody without a token, an error with a bad one. */
async function contextOf(
  request: FastifyRequest,
  dependencies: ApiDependencies,
): Promise<ApiContext> {
  const { authorization } = request.headers;
  if (authorization === undefined) return createContext(dependencies, null, request.ip);
  const viewer = await dependencies.access.authenticate(authorization.replace(/^Bearer /i, ''));
  // Refused when it executes: an error here would never become an answer of GraphQL.
  if (!viewer) return { ...createContext(dependencies, null, request.ip), wrongToken: true };
  return createContext(dependencies, viewer.userId, request.ip);
}

function withPublicErrors(result: ExecutionResult, { log }: ApiDependencies): ExecutionResult {
  const errors = result.errors && publicErrors(result.errors.flatMap(unwrapped), log);
  return { data: result.data ?? null, ...(errors && { errors }) };
}

/**
 * What Fastify and Mercurius raise: a body that cannot be read, a document that cannot be taken.
 */
type Raised = {
  readonly code?: string;
  readonly statusCode?: number;
  readonly message: string;
  readonly errors?: readonly Error[];
};

function raisedOf(error: GraphQLError): Raised | null {
  const cause: unknown = error.originalError ?? error;
  const raised = cause as Raised;
  // ECONNRESET: the client went away in the middle of its body, and nobody hears the answer.
  const isTheirs = typeof raised.code === 'string' && /^(FST_|MER_|ECONNRESET$)/.test(raised.code);
  return isTheirs ? raised : null;
}

/** The status of requests that never became GraphQL; null for all others. */
function transportStatus({ errors = [] }: ExecutionResult): number | null {
  const raised = errors[0] && raisedOf(errors[0]);
  if (raised?.statusCode === 405) return 405; // a mutation by GET
  return raised?.code?.startsWith('FST_') ? (raised.statusCode ?? 400) : null;
}

function unwrapped(error: GraphQLError): readonly GraphQLError[] {
  const raised = raisedOf(error);
  if (!raised) return [error];
  const inside = (raised.errors ?? []).filter((one) => one instanceof GraphQLError);
  if (inside.length > 0) return inside;
  if (raised.statusCode === 413) {
    return [tooMuch('The body is too long', { of: 'bytes', max: limits.bodyBytesMax })];
  }
  return [new GraphQLError(raised.message, { extensions: { code: 'BAD_INPUT' } })];
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
