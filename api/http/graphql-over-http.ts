import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { OperationDefinitionNode } from 'graphql';
import { getOperationAST, parse } from 'graphql';
import { limits } from '../limits.ts';

const modern = 'application/graphql-response+json';

/**
 * What Mercurius leaves open of the GraphQL-over-HTTP specification: parameters of the wrong kind
 * are 400, null ones count as absent, and the answer's media type and status follow what the client
 * accepts.
 */
export function registerGraphqlOverHttp(server: FastifyInstance): void {
  server.addHook('preValidation', async (request, reply) => {
    if (!isGraphql(request)) return;
    if (request.method === 'HEAD') return reply.code(405).header('allow', 'GET, POST').send();
    const wrong = wrongParameter(request);
    if (wrong) await refuse(reply, wrong);
  });
  server.addHook('onSend', async (request, reply, payload) => {
    if (!isGraphql(request) || typeof payload !== 'string') return payload;
    const type = String(reply.getHeader('content-type') ?? '');
    if (!type.includes('json')) return payload;
    return shaped(request, reply, payload);
  });
}

function isGraphql({ url }: FastifyRequest): boolean {
  return url === '/graphql' || url.startsWith('/graphql?');
}

function wrongParameter(request: FastifyRequest): string | null {
  if (request.method === 'GET') return wrongQuery(request.query as Record<string, unknown>);
  if (request.method !== 'POST') return null;
  const { body } = request;
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    return 'The body must be one JSON object with `query`.';
  }
  const parameters = body as Record<string, unknown>;
  for (const name of ['operationName', 'variables', 'extensions']) {
    if (parameters[name] === null) delete parameters[name];
  }
  const { query, operationName, variables, extensions } = parameters;
  if (typeof query !== 'string' || isJson(query)) return '`query` must be the text of a document.';
  if (operationName !== undefined && typeof operationName !== 'string') {
    return '`operationName` must be a text.';
  }
  if (variables !== undefined && !isRecord(variables)) return '`variables` must be an object.';
  if (extensions !== undefined && !isRecord(extensions)) return '`extensions` must be an object.';
  return null;
}

/** Mercurius looks at the operation before anybody has asked whether there is one. */
function wrongQuery({ query, operationName }: Record<string, unknown>): string | null {
  if (typeof query !== 'string') return null;
  if (isJson(query)) return '`query` must be the text of a document.';
  const operation = operationIn(query, typeof operationName === 'string' ? operationName : null);
  return operation === null ? '`operationName` must name one operation of the document.' : null;
}

/** Undefined where the text cannot be read: what is wrong with it is told by who executes it. */
function operationIn(
  query: string,
  name: string | null,
): OperationDefinitionNode | null | undefined {
  try {
    return getOperationAST(parse(query, { maxTokens: limits.tokensMax }), name || null);
  } catch {
    return undefined;
  }
}

/**
 * Mercurius takes JSON in place of a document for its syntax tree, past every limit of ours. No
 * document begins as JSON does.
 */
function isJson(query: string): boolean {
  return /^\s*(?:\{\s*["}]|[[\d"-]|(?:null|true|false)\s*$)/.test(query);
}

function isRecord(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

async function refuse(reply: FastifyReply, message: string): Promise<void> {
  const errors = [{ message, extensions: { code: 'BAD_INPUT' } }];
  await reply.code(400).type('application/json; charset=utf-8').send({ errors });
}

type Result = {
  data?: unknown;
  readonly errors?: readonly {
    readonly extensions?: { readonly code?: string; readonly retryAfterMs?: number | null };
  }[];
};

/**
 * An answer without errors goes out as it is: parsing a page to look for them cost as much as
 * writing it. In a text the quotes of `"errors":` would be escaped, so it can only be a key.
 */
function shaped(request: FastifyRequest, reply: FastifyReply, payload: string): string {
  reply.type(`${accepts(request, modern) ? modern : 'application/json'}; charset=utf-8`);
  const text = payload.includes('"errors":') ? withErrors(request, reply, payload) : payload;
  reply.header('content-length', Buffer.byteLength(text));
  return text;
}

/**
 * Failed before execution: no `data`, and 4xx for clients that know the modern type; when it may be
 * asked again stands in a header too, where proxies and libraries look for it.
 */
function withErrors(request: FastifyRequest, reply: FastifyReply, payload: string): string {
  const result: Result = JSON.parse(payload);
  const useModern = accepts(request, modern);
  const failed = result.errors !== undefined && (result.data === null || result.data === undefined);
  if (failed) delete result.data;
  const { code, retryAfterMs } = result.errors?.[0]?.extensions ?? {};
  if (failed && typeof retryAfterMs === 'number') {
    reply.header('retry-after', Math.ceil(retryAfterMs / 1_000));
  }
  if (failed && reply.statusCode < 400) {
    reply.code(useModern ? (statuses[code ?? ''] ?? 400) : 200);
  }
  return JSON.stringify(result);
}

const statuses: Readonly<Record<string, number>> = {
  UNAUTHENTICATED: 401,
  LIMITED: 429,
  UNAVAILABLE: 503,
  INTERNAL: 500,
};

function accepts(request: FastifyRequest, type: string): boolean {
  return String(request.headers.accept ?? '').includes(type);
}
