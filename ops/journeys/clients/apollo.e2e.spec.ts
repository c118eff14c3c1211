import { ApolloClient, ApolloLink, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { relayStylePagination } from '@apollo/client/utilities';
import { OperationTypeNode } from 'graphql';
import { it } from 'vitest';
import type { Answer } from '../testing.ts';
import type { Library, Surroundings } from './testing.ts';
import { documents, journeyWith, rowsOf, textsOf } from './testing.ts';

it('Apollo Client walks from the inbox to a resumed socket', () => journeyWith(open));

async function open({ url, token, line, schema }: Surroundings): Promise<Library> {
  const http = new HttpLink({
    uri: `${url}/graphql`,
    headers: { authorization: `Bearer ${token}` },
  });
  const client = new ApolloClient({
    link: ApolloLink.split(
      ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
      new GraphQLWsLink(line.client),
      http,
    ),
    cache: new InMemoryCache({
      possibleTypes: possibleTypesOf(schema),
      typePolicies: {
        Conversation: { fields: { messages: relayStylePagination() } },
        Subscription: { fields: { events: { merge: false } } },
      },
    }),
  });
  return walkWith(client);
}

/** As Apollo's guide makes them of an introspection query. */
function possibleTypesOf(schema: Answer): Record<string, string[]> {
  const supertypes = schema.__schema.types.filter((type: Answer) => type.possibleTypes);
  return Object.fromEntries(
    supertypes.map(({ name, possibleTypes }: Answer) => [
      name,
      possibleTypes.map((type: Answer) => type.name),
    ]),
  );
}

const [inbox, history] = [gql(documents.inbox), gql(documents.history)];

function walkWith(client: ApolloClient): Library {
  let page: Answer = null;
  let unread = 0;
  const watched = client.watchQuery<Answer>({ query: inbox }).subscribe(({ data }) => {
    unread = data?.viewer?.inbox.edges[0]?.node.my.unread ?? unread;
  });
  return {
    inbox: async () => {
      const { data } = await client.query<Answer>({ query: inbox, fetchPolicy: 'network-only' });
      return rowsOf(data);
    },
    history: async (id, last) => {
      const variables = { id, last, before: null };
      const query = client.watchQuery<Answer>({
        ...{ query: history, variables, fetchPolicy: 'network-only' },
      });
      const { data } = await query.refetch();
      const { startCursor } = data.conversation.messages.pageInfo;
      await query.fetchMore({ variables: { before: startCursor } });
      page = variables;
      return textsOf(client.readQuery<Answer>({ query: history, variables })).slice(-2 * last);
    },
    send: async (conversationId, text, clientId) => {
      const input = { conversationId, text, clientId };
      const { data } = await client.mutate<Answer>({
        ...{ mutation: gql(documents.send), variables: { input } },
      });
      return data.sendMessage.message.number;
    },
    listen: (after, heard) => {
      client
        .subscribe<Answer>({ query: gql(documents.events), variables: { after } })
        .subscribe(({ data }) => {
          if (data) heard(data.events);
        });
    },
    shown: () => ({
      texts: textsOf(client.readQuery<Answer>({ query: history, variables: page })),
      unread,
    }),
    close: async () => {
      watched.unsubscribe();
      client.stop();
    },
  };
}
