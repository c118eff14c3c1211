// graphql-ws as its documentation shows it: its server on ws, execution by graphql-js.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buildSchema, graphql } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import { announce, group, messageSent, progress, sdl } from './hub.ts';

const schema = buildSchema(sdl);
const subscribers = new Set<(event: object) => void>();
const roots = {
  mutation: {
    createGroup: () => group,
    sendMessage: ({ input }: { input: { text: string } }) => {
      const events = messageSent(input);
      for (const push of subscribers) push({ events });
      return { refusal: null, position: '1', message: null };
    },
  },
  subscription: { events },
};

const http = createServer(async (request, response) => {
  let body = '';
  for await (const part of request) body += part;
  const { query: source, variables: variableValues } = JSON.parse(body);
  response.setHeader('content-type', 'application/json');
  response.end(
    JSON.stringify(await graphql({ schema, source, variableValues, rootValue: roots.mutation })),
  );
});
useServer({ schema, roots } as never, new WebSocketServer({ server: http, path: '/graphql' }));
http.listen(0, '127.0.0.1', () => {
  announce(`http://127.0.0.1:${(http.address() as AddressInfo).port}`);
});

/** A queue of its own for each subscriber, as every pub-sub for graphql-js keeps one. */
async function* events(): AsyncGenerator<object> {
  const queue: object[] = [{ events: progress }];
  let wake = Promise.withResolvers<void>();
  const push = (event: object): void => {
    queue.push(event);
    wake.resolve();
  };
  subscribers.add(push);
  try {
    for (;;) {
      for (const event of queue.splice(0)) yield event;
      await wake.promise;
      wake = Promise.withResolvers<void>();
    }
  } finally {
    subscribers.delete(push);
  }
}
