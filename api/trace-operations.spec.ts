import Fastify from 'fastify';
import type { GraphQLSchema } from 'graphql';
import { buildSchema, graphql, parse } from 'graphql';
import mercurius from 'mercurius';
import { describe, expect, it } from 'vitest';
import { openToldTracing, traceparentNo } from '../ops/observe/traces/testing.ts';
import { traceOperations, tracingExecutions } from './trace-operations.ts';

const sdl = 'type Query { here: String }';

/** Answers with the trace in which a field is resolved. */
async function open(chosen: () => boolean) {
  const { tracing, spans } = openToldTracing(chosen);
  const server = Fastify();
  const resolvers = { Query: { here: async () => tracing.here() ?? 'none' } };
  await server.register(mercurius, { schema: sdl, resolvers });
  traceOperations(server, tracing);
  server.get('/elsewhere', async () => tracing.here() ?? 'none');
  const ask = async (query: string, headers: Record<string, string> = {}) => {
    const payload = { query };
    const answer = await server.inject({ method: 'POST', url: '/graphql', headers, payload });
    return answer.json().data?.here;
  };
  return { server, spans, ask };
}

describe('requests over HTTP', () => {
  it('are spans with the name of their operation, and what they set off is within', async () => {
    const { ask, spans } = await open(() => true);
    const here = await ask('query Somewhere { here }');
    expect(spans).toHaveLength(1);
    expect(here).toBe(spans[0]?.traceparent);
    expect(spans[0]).toMatchObject({ name: 'POST /graphql', ended: true });
    expect(spans[0]?.told).toEqual({
      ...{ 'graphql.operation.type': 'query', 'graphql.operation.name': 'Somewhere' },
      ...{ 'parley.outcome': 'ok', 'http.response.status_code': 200 },
    });
  });

  it('get a link to the trace their caller brings, which chooses nothing', async () => {
    const theirs = traceparentNo(7);
    const unchosen = await open(() => false);
    expect(await unchosen.ask('{ here }', { traceparent: theirs })).toBe('none');
    expect(unchosen.spans).toEqual([]);
    const { ask, spans } = await open(() => true);
    const here = await ask('{ here }', { traceparent: theirs });
    expect(here.split('-')[1]).not.toBe(theirs.split('-')[1]);
    await ask('{ here }', { traceparent: 'see you at eight' });
    expect(spans.map(({ parent, links }) => [parent, links])).toEqual([
      [undefined, [theirs]],
      [undefined, []],
    ]);
  });

  it('that are none of GraphQL are none', async () => {
    const { server, spans } = await open(() => true);
    expect((await server.inject('/elsewhere')).body).toBe('none');
    expect(spans).toEqual([]);
  });
});

describe('operations over the socket', () => {
  const schema: GraphQLSchema = buildSchema(sdl);

  it('are spans when they are chosen, and else in nobody’s', async () => {
    let chosen = true;
    const { tracing, spans } = openToldTracing(() => chosen);
    const rootValue = { here: async () => tracing.here() ?? 'none' };
    const execute = tracingExecutions(
      async () => graphql({ schema, source: '{ here }', rootValue }),
      tracing,
    );
    const asked = { schema, document: parse('query Somewhere { here }') };
    const first = await execute(asked);
    expect(first.data?.here).toBe(spans[0]?.traceparent);
    chosen = false;
    const outer = tracing.begin('socket operation');
    const second = await tracing.within(outer, () => execute(asked));
    expect(second.data?.here).toBe('none');
    expect(spans[0]).toMatchObject({ ended: true, told: { 'parley.outcome': 'ok' } });
  });
});
