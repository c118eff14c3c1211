import type { FastifyInstance } from 'fastify';
import type { ObjectsHandler } from '../../ops/adapters/objects/port.ts';

/** Objects that this API holds itself, at the links that their driver has signed. */
export function registerObjects(server: FastifyInstance, handler: ObjectsHandler): void {
  server.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _body, done) => done(null)); // the handler reads it
    scope.route({
      method: ['GET', 'HEAD', 'PUT', 'POST'],
      url: '/objects/*',
      handler: async ({ raw, headers }, reply) => {
        const { method = '', url = '' } = raw;
        const answer = await handler({ method, url, headers, body: raw });
        return reply.code(answer.status).headers(answer.headers).send(answer.body);
      },
    });
  });
}
