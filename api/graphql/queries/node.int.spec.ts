import { isObjectType } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ConversationId, UserId } from '../../../domain/ids.ts';
import { encodeNodeId } from '../../../schemas/graphql/node-id.ts';
import type { Bed } from '../../testing/bed.ts';
import { done, openBed } from '../../testing/bed.ts';
import { buildSchema } from '../schema.ts';

let bed: Bed;
let ada: UserId;
let ben: UserId;
let stranger: UserId;
let group: ConversationId;
beforeAll(async () => {
  bed = await openBed();
  [ada = '' as UserId, ben = '' as UserId, stranger = '' as UserId] = await bed.people(3);
  group = await bed.group(ada, [ben], 'Boats');
  const direct = done(await bed.commands.openDirect(ben, ada)).conversationId;
  await bed.said(ben, direct, { text: 'hello' });
  await bed.said(ada, group, { text: 'who rows?' });
  await bed.said(ben, group, { text: 'I do', replyTo: 1 });
  done(await bed.commands.conversation(ada, group, { type: 'pin', number: 1 }));
  await bed.settled();
}, 120_000);
afterAll(() => bed[Symbol.asyncDispose]());

const message = `__typename id author { __typename id } replyTo { __typename id }
  conversation { __typename id }`;
const everything = `{
  viewer {
    __typename id person { __typename id }
    inbox(first: 100) { edges { node {
      __typename id my { __typename id unreadBecause { ${message} } }
      lastMessage { ${message} } pins { ${message} }
      messages(last: 100) { edges { node {
        ${message} readBy(first: 100) { edges { node { __typename id } } }
      } } }
      members(first: 100) { edges { node { __typename id person { __typename id } } } }
    } } }
  }
}`;

type Named = { readonly __typename: string; readonly id: string };

/** Each thing with an id in an answer, once. */
function thingsIn(answer: unknown, found = new Map<string, string>()): Map<string, string> {
  if (typeof answer !== 'object' || answer === null) return found;
  const { id, __typename } = answer as Partial<Named>;
  if (id && __typename) found.set(id, __typename);
  for (const below of Object.values(answer)) thingsIn(below, found);
  return found;
}

async function nodeOf(viewer: UserId, id: string): Promise<Named | null> {
  const { data } = await bed.ask(viewer, 'query ($id: ID!) { node(id: $id) { __typename id } }', {
    id,
  });
  return data.node;
}

const nodeTypes = Object.values(buildSchema().getTypeMap())
  .filter(isObjectType)
  .filter((type) => type.getInterfaces().some(({ name }) => name === 'Node'))
  .map(({ name }) => name);

describe('node', () => {
  it('answers for every id the API gave, with the same thing', async () => {
    const { data } = await bed.ask(ada, everything);
    const things = thingsIn(data);
    expect(new Set(things.values())).toEqual(new Set(nodeTypes)); // every kind was among them
    for (const [id, __typename] of things) {
      expect(await nodeOf(ada, id), __typename).toEqual({ __typename, id });
    }
  });

  it('answers for ids that a mutation gave', async () => {
    const { data } = await bed.ask(
      ada,
      `mutation ($input: CreateGroupInput!) {
        createGroup(input: $input) {
          conversation {
            __typename id my { __typename id }
            members(first: 1) { edges { node { __typename id } } }
          }
        }
      }`,
      { input: { title: 'Rowing', memberIds: [encodeNodeId({ type: 'Person', userId: ben })] } },
    );
    const things = thingsIn(data);
    expect([...things.values()].sort()).toEqual(['Conversation', 'Member', 'Participation']);
    for (const [id, __typename] of things)
      expect(await nodeOf(ada, id)).toEqual({ __typename, id });
  });

  it('and nodes say the same, in the order asked, with null for what is none', async () => {
    const { data } = await bed.ask(ada, everything);
    const ids = [...thingsIn(data).keys()];
    const asked = ['', 'nonsense', ...ids.toReversed(), 'msg_', `${ids[0]}A`, `${ids[0]}=`];
    const { data: answer } = await bed.ask(
      ada,
      'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }',
      { ids: asked },
    );
    expect(answer.nodes.map((node: Named | null) => node?.id ?? null)).toEqual(
      asked.map((id) => (ids.includes(id) ? id : null)),
    );
  });

  it('shows a stranger people, and nothing else (law 8)', async () => {
    const { data } = await bed.ask(ada, everything);
    for (const [id, __typename] of thingsIn(data)) {
      const shown = await nodeOf(stranger, id);
      expect(shown, __typename).toEqual(__typename === 'Person' ? { __typename, id } : null);
    }
  });

  it('shows nobody what another keeps for herself, in the same conversation too', async () => {
    const participation = { type: 'Participation', conversationId: group, userId: ada } as const;
    for (const id of [participation, { type: 'Viewer', userId: ada } as const].map(encodeNodeId)) {
      expect(await nodeOf(ada, id)).not.toBeNull();
      expect(await nodeOf(ben, id)).toBeNull();
    }
  });

  it('shows nothing that she cleared, hid, or that was said after she left', async () => {
    const room = await bed.group(ada, [ben], 'Leaving');
    for (const text of ['one', 'two', 'three']) await bed.said(ada, room, { text });
    const forBen = (change: Parameters<typeof bed.commands.participation>[2]) =>
      bed.commands.participation(ben, room, change).then(done);
    await forBen({ type: 'clear-history', upTo: 1 });
    await forBen({ type: 'hide-message', number: 2 });
    done(await bed.commands.conversation(ben, room, { type: 'leave' }));
    await bed.said(ada, room, { text: 'four' });
    await bed.settled();
    const shownTo = async (viewer: UserId) => {
      const shown: number[] = [];
      for (const number of [1, 2, 3, 4, 5]) {
        const id = encodeNodeId({ type: 'Message', conversationId: room, number });
        if (await nodeOf(viewer, id)) shown.push(number);
      }
      return shown;
    };
    expect(await shownTo(ada)).toEqual([1, 2, 3, 4]);
    expect(await shownTo(ben)).toEqual([3]);
    const reply = await bed.ask(
      ben,
      `query ($id: ID!) { node(id: $id) { ... on Conversation { lastNumber } } }`,
      { id: encodeNodeId({ type: 'Conversation', conversationId: room }) },
    );
    expect(reply.data.node.lastNumber).toBe(3);
  });
});
