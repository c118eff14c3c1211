import Fastify from 'fastify';
import { afterEach, expect, it, vi } from 'vitest';
import { registerGraphqlOverHttp } from './graphql-over-http.ts';

afterEach(() => vi.restoreAllMocks());

/** Answers what it is told, and how often the answer was parsed on its way out. */
async function answered(text: string) {
  const server = Fastify();
  registerGraphqlOverHttp(server);
  server.get('/graphql', async (_request, reply) => reply.type('application/json').send(text));
  const parse = vi.spyOn(JSON, 'parse');
  const { body, headers, statusCode } = await server.inject('/graphql?query=x');
  const parsed = parse.mock.calls.filter(([given]) => given === text).length;
  await server.close();
  return { body, parsed, statusCode, length: Number(headers['content-length']) };
}

it('an answer without errors goes out as it is, unparsed', async () => {
  const text = '{"data":{"text":"\\"errors\\": none, ü"}}';
  const { body, parsed, length } = await answered(text);
  expect(body).toBe(text);
  expect(parsed).toBe(0);
  expect(length).toBe(Buffer.byteLength(text));
});

it('one that failed before it ran has no data', async () => {
  const { body, parsed } = await answered('{"data":null,"errors":[{"message":"no"}]}');
  expect(JSON.parse(body)).toEqual({ errors: [{ message: 'no' }] });
  expect(parsed).toBe(1);
});
