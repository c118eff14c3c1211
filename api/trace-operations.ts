import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { DocumentNode, ExecutionArgs, ExecutionResult } from 'graphql';
import { getOperationAST } from 'graphql';
import type { Span, Tracing } from '../ops/observe/port.ts';
import { isTraceparent } from '../schemas/traceparent.ts';
import { operationNameIn, outcomeOf } from './tell-operations.ts';

/**
 * Makes requests of GraphQL over HTTP spans, as many as are chosen. A caller who brings a trace of
 * her own gets a link to it and no say: neither her flag nor her ids choose what is recorded.
 */
export function traceOperations(server: FastifyInstance, tracing: Tracing): void {
  const underWay = new WeakMap<FastifyRequest, Span>();
  server.addHook('onRequest', async (request) => {
    if (request.routeOptions.url !== '/graphql' || !tracing.chosen()) return;
    const { traceparent } = request.headers;
    const links = isTraceparent(traceparent) ? [traceparent] : [];
    const attributes = { 'http.request.method': request.method, 'http.route': '/graphql' };
    underWay.set(request, tracing.begin('POST /graphql', { links, attributes }));
  });
  // Only here: whoever reads the body goes on in no trace.
  server.addHook('preValidation', (request, _reply, done) => {
    tracing.within(underWay.get(request) ?? null, done);
  });
  server.graphql.addHook('preExecution', async (_schema, document, { reply }) => {
    const { request } = reply;
    underWay.get(request)?.tell(operationOf(document, operationNameIn(request)));
  });
  server.addHook('onSend', async (request, _reply, payload) => {
    underWay.get(request)?.tell({ 'parley.outcome': outcomeOf(payload) });
  });
  server.addHook('onResponse', async (request, { statusCode }) => {
    underWay.get(request)?.end({ 'http.response.status_code': statusCode });
  });
}

/** Makes what the socket brings to be executed spans, as many as are chosen. */
export function tracingExecutions<Rest extends readonly unknown[]>(
  execute: (args: ExecutionArgs, ...rest: Rest) => Promise<ExecutionResult>,
  tracing: Tracing,
): typeof execute {
  return (args, ...rest) => {
    if (!tracing.chosen()) return tracing.within(null, () => execute(args, ...rest));
    const attributes = operationOf(args.document, args.operationName);
    const span = tracing.begin('socket operation', { attributes });
    return tracing.within(span, async () => {
      let outcome: unknown = 'failed';
      try {
        const result = await execute(args, ...rest);
        outcome = result.errors ? result.errors[0]?.extensions?.code : 'ok';
        return result;
      } finally {
        span.end({ 'parley.outcome': String(outcome) });
      }
    });
  };
}

function operationOf(document: DocumentNode, operationName: string | null | undefined) {
  const operation = getOperationAST(document, operationName);
  return {
    'graphql.operation.type': operation?.operation,
    'graphql.operation.name': operation?.name?.value,
  };
}
