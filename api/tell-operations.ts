import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ExecutionArgs, ExecutionResult } from 'graphql';
import { GraphQLError, getOperationAST } from 'graphql';
import type { OperationTold } from './dependencies.ts';

type Tell = (operation: OperationTold) => void;

/** Tells of each answer of GraphQL over HTTP. */
export function tellOperations(server: FastifyInstance, tell: Tell): void {
  const kinds = new WeakMap<FastifyRequest, OperationTold['kind']>();
  server.graphql.addHook('preExecution', async (_schema, document, { reply }) => {
    const { request } = reply;
    const operation = getOperationAST(document, operationNameIn(request))?.operation;
    if (operation !== 'subscription') kinds.set(request, operation ?? 'none');
  });
  server.addHook('onSend', async (request, reply, payload) => {
    if (request.routeOptions.url !== '/graphql') return;
    const kind = kinds.get(request) ?? 'none';
    const seconds = reply.elapsedTime / 1_000;
    tell({ transport: 'http', kind, outcome: outcomeOf(payload), seconds });
  });
}

/** Tells of each query and mutation that the socket brings to be executed; `now` is in ms. */
export function tellingExecutions<Rest extends readonly unknown[]>(
  execute: (args: ExecutionArgs, ...rest: Rest) => Promise<ExecutionResult>,
  { tell, now }: { readonly tell: Tell; readonly now: () => number },
): typeof execute {
  return async (args, ...rest) => {
    const begun = now();
    const operation = getOperationAST(args.document, args.operationName)?.operation;
    const kind = operation === 'mutation' ? 'mutation' : 'query';
    const told = (code: unknown): void =>
      tell({
        ...{ transport: 'socket', kind, outcome: String(code ?? 'other') },
        seconds: (now() - begun) / 1_000,
      });
    try {
      const result = await execute(args, ...rest);
      told(result.errors ? result.errors[0]?.extensions?.code : 'ok');
      return result;
    } catch (cause) {
      told(cause instanceof GraphQLError ? cause.extensions.code : 'INTERNAL');
      throw cause;
    }
  };
}

export function operationNameIn({ body, query }: FastifyRequest): string | null {
  const { operationName } = (body ?? query ?? {}) as { readonly operationName?: string };
  return operationName ?? null;
}

/** In a text the quotes of `"errors":` would be escaped, so it can only be a key. */
export function outcomeOf(payload: unknown): string {
  if (typeof payload !== 'string' || !payload.includes('"errors":')) return 'ok';
  const { errors }: Answer = JSON.parse(payload);
  return errors?.[0]?.extensions?.code ?? 'other';
}

type Answer = {
  readonly errors?: readonly { readonly extensions?: { readonly code?: string } }[];
};
