// Mercurius as its documentation shows it: its own subscriptions and its own pub-sub, with JIT.
import Fastify from 'fastify';
import mercurius from 'mercurius';
import { announce, group, messageSent, progress, sdl } from './hub.ts';

type PubSub = {
  subscribe(topic: string): Promise<AsyncIterable<object>>;
  publish(event: { readonly topic: string; readonly payload: object }): void;
};
type Context = { readonly pubsub: PubSub };

const server = Fastify();
await server.register(mercurius, {
  schema: sdl,
  jit: 1,
  subscription: { fullWsTransport: true },
  resolvers: {
    Mutation: {
      createGroup: () => group,
      sendMessage: (
        _root: unknown,
        { input }: { input: { text: string } },
        { pubsub }: Context,
      ) => {
        pubsub.publish({ topic: 'events', payload: { events: messageSent(input) } });
        return { refusal: null, position: '1', message: null };
      },
    },
    Subscription: {
      events: {
        subscribe: async function* (_root: unknown, _args: unknown, { pubsub }: Context) {
          const events = await pubsub.subscribe('events');
          yield { events: progress };
          yield* events;
        },
      },
    },
  },
} as never);
announce(await server.listen({ port: 0, host: '127.0.0.1' }));
