import type { Client } from '@urql/core';
import { createClient, fetchExchange, subscriptionExchange } from '@urql/core';
import { cacheExchange } from '@urql/exchange-graphcache';
import { it } from 'vitest';
import type { Answer } from '../testing.ts';
import type { Library, Surroundings } from './testing.ts';
import { documents, journeyWith, rowsOf, textsOf } from './testing.ts';

it('urql with its normalised cache walks from the inbox to a resumed socket', () =>
  journeyWith(open));

async function open({ url, token, line, schema }: Surroundings): Promise<Library> {
  const client = createClient({
    url: `${url}/graphql`,
    preferGetMethod: false,
    fetchOptions: { headers: { authorization: `Bearer ${token}` } },
    exchanges: [
      cacheExchange({ schema }),
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: ({ query = '', variables }) => ({
          subscribe: (sink) => ({
            unsubscribe: line.client.subscribe(
              { query, variables: variables ?? {} },
              sink as never,
            ),
          }),
        }),
      }),
    ],
  });
  return walkWith(client);
}

function walkWith(client: Client): Library {
  let pages: Answer[] = [];
  const ask = async (query: string, variables: object, requestPolicy = 'network-only') => {
    const result = await client.query<Answer>(query, variables as Answer, {
      requestPolicy: requestPolicy as 'network-only',
    });
    if (result.error) throw result.error;
    return result.data;
  };
  const cached = (query: string, variables: object): Answer =>
    client.readQuery<Answer>(query, variables as Answer)?.data;
  return {
    inbox: async () => rowsOf(await ask(documents.inbox, {})),
    history: async (id, last) => {
      const newest = { id, last, before: null };
      const { messages } = (await ask(documents.history, newest)).conversation;
      const older = { id, last, before: messages.pageInfo.startCursor };
      await ask(documents.history, older);
      pages = [older, newest];
      return pages.flatMap((page) => textsOf(cached(documents.history, page)));
    },
    send: async (conversationId, text, clientId) => {
      const input = { conversationId, text, clientId };
      const { data, error } = await client.mutation<Answer>(documents.send, { input });
      if (error) throw error;
      return data.sendMessage.message.number;
    },
    listen: (after, heard) => {
      client.subscription<Answer>(documents.events, { after }).subscribe(({ data, error }) => {
        if (error) throw error;
        if (data) heard(data.events);
      });
    },
    shown: () => ({
      texts: pages.flatMap((page) => textsOf(cached(documents.history, page))),
      unread: rowsOf(cached(documents.inbox, {}))[0]?.unread ?? 0,
    }),
    close: async () => undefined,
  };
}
