import type { GraphQLError } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ConversationId, UserId } from '../../../domain/ids.ts';
import { eventually } from '../../../ops/journeys/testing.ts';
import { encodeNodeId } from '../../../schemas/graphql/node-id.ts';
import type { Bed } from '../../testing/bed.ts';
import { done, openBed } from '../../testing/bed.ts';

let bed: Bed;
let ada: UserId;
let ben: UserId;
let cleo: UserId;
let room: ConversationId;
beforeAll(async () => {
  bed = await openBed();
  [ada = '' as UserId, ben = '' as UserId, cleo = '' as UserId] = await bed.people(3);
  room = await bed.group(ada, [ben, cleo], 'Harbour watch');
});
afterAll(() => bed[Symbol.asyncDispose]());

type Asked = Readonly<Record<string, unknown>>;
const searching = `query ($query: String!, $kinds: [SearchKind!], $in: ID, $from: ID,
    $has: [SearchTrait!], $before: DateTime, $after: DateTime, $order: SearchOrder, $first: Int,
    $cursor: String) {
  search(query: $query, kinds: $kinds, in: $in, from: $from, has: $has, before: $before,
         after: $after, order: $order, first: $first, cursor: $cursor) {
    edges { cursor node { __typename
      ... on PersonHit { person { name handle } highlights { text found } }
      ... on ConversationHit { conversation { title } highlights { text found } }
      ... on MessageHit { message { number text } conversation { id }
        highlights { text found } } } }
    pageInfo { hasNextPage hasPreviousPage endCursor }
  } }`;

const ask = async (viewer: UserId, asked: Asked) =>
  (await bed.ask(viewer, searching, { first: 20, ...asked })).data.search;
type Edge = { readonly node: { readonly message: { readonly text: string } } };
const textsOf = async (viewer: UserId, query: string, more: Asked = {}) => {
  const { edges } = await ask(viewer, { query, kinds: ['MESSAGE'], ...more });
  return edges.map(({ node }: Edge) => node.message.text);
};
const finds = (viewer: UserId, query: string, texts: readonly string[], more: Asked = {}) =>
  eventually(async () => expect(await textsOf(viewer, query, more)).toEqual(texts));

async function say(by: UserId, text: string, where = room): Promise<number> {
  await bed.said(by, where, { text });
  await bed.settled();
  const id = encodeNodeId({ type: 'Conversation', conversationId: where });
  const { data } = await bed.ask(by, 'query ($id: ID!) { conversation(id: $id) { lastNumber } }', {
    id,
  });
  return data.conversation.lastNumber;
}
type Change = Parameters<Bed['commands']['conversation']>[2];
const change = async (by: UserId, asked: Change, where = room) => {
  await bed.commands.conversation(by, where, asked).then(done);
  await bed.settled();
};

describe('a message', () => {
  it('is found by all who are there, marked, with a way to its place', async () => {
    const number = await say(ada, 'The heron stands on the quay');
    for (const viewer of [ada, ben, cleo]) {
      await finds(viewer, 'HERON', ['The heron stands on the quay']);
    }
    const { edges } = await ask(ben, { query: 'heron' });
    expect(edges[0].node.highlights).toEqual([
      { text: 'The ', found: false },
      { text: 'heron', found: true },
      { text: ' stands on the quay', found: false },
    ]);
    const { data } = await bed.ask(
      ben,
      `query ($id: ID!, $number: Int!) { conversation(id: $id) {
        messages(first: 3, around: $number) { edges { node { number text } } } } }`,
      { id: edges[0].node.conversation.id, number },
    );
    expect(
      data.conversation.messages.edges.map(({ node }: Edge & { node: object }) => node),
    ).toContainEqual({ number, text: 'The heron stands on the quay' });
  });

  it('is found by what it says now, and not at all once it is deleted', async () => {
    const number = await say(ada, 'pelican');
    await finds(ben, 'pelican', ['pelican']);
    await change(ada, { type: 'edit-message', number, text: 'cormorant' });
    expect(await textsOf(ben, 'pelican')).toEqual([]);
    await finds(ben, 'cormorant', ['cormorant']);
    await change(ada, { type: 'delete-message', number });
    expect(await textsOf(ben, 'cormorant')).toEqual([]);
  });

  it('is not found by whoever hid it or cleared it away', async () => {
    const number = await say(ada, 'puffin');
    await finds(ben, 'puffin', ['puffin']);
    await finds(cleo, 'puffin', ['puffin']);
    await bed.commands.participation(ben, room, { type: 'hide-message', number }).then(done);
    await bed.commands
      .participation(cleo, room, { type: 'clear-history', upTo: number })
      .then(done);
    await bed.settled();
    expect(await textsOf(ben, 'puffin')).toEqual([]);
    expect(await textsOf(cleo, 'puffin')).toEqual([]);
    expect(await textsOf(ada, 'puffin')).toEqual(['puffin']);
  });

  it('is found by a removed member only from before, by a new one as history allows', async () => {
    const [dan = '' as UserId, eve = '' as UserId] = await bed.people(2);
    const where = await bed.group(ada, [dan], 'Members');
    await say(ada, 'curlew one', where);
    await change(ada, { type: 'remove-member', user: dan }, where);
    await say(ada, 'curlew two', where);
    await change(
      ada,
      { type: 'update-conversation', settings: { history: 'from-joining' } },
      where,
    );
    await change(ada, { type: 'add-members', users: [eve] }, where);
    await say(ada, 'curlew three', where);
    await finds(ada, 'curlew', ['curlew three', 'curlew two', 'curlew one'], { order: 'NEWEST' });
    expect(await textsOf(dan, 'curlew')).toEqual(['curlew one']);
    expect(await textsOf(eve, 'curlew')).toEqual(['curlew three']);
    expect(await textsOf(ben, 'curlew')).toEqual([]);
    const id = encodeNodeId({ type: 'Conversation', conversationId: where });
    expect(await textsOf(ben, 'curlew', { in: id })).toEqual([]);
  });

  it('is found among those that were asked for', async () => {
    const id = encodeNodeId({ type: 'Conversation', conversationId: room });
    const other = await bed.group(ada, [ben], 'Other');
    await say(ada, 'gannet https://example.org/', room);
    await say(ben, 'gannet @ada', room);
    await say(ben, 'gannet', other);
    await finds(ada, 'gannet', ['gannet', 'gannet @ada', 'gannet https://example.org/'], {
      order: 'NEWEST',
    });
    const from = encodeNodeId({ type: 'Person', userId: ben });
    expect(await textsOf(ada, 'gannet', { from, in: id })).toEqual(['gannet @ada']);
    expect(await textsOf(ada, 'gannet', { has: ['LINK'] })).toEqual([
      'gannet https://example.org/',
    ]);
    expect(await textsOf(ada, 'gannet', { has: ['MENTION'] })).toEqual(['gannet @ada']);
    expect(await textsOf(ada, 'gannet', { before: '2020-01-01T00:00:00Z' })).toEqual([]);
    expect(await textsOf(ada, 'gannet', { after: '2020-01-01T00:00:00Z' })).toHaveLength(3);
  });

  it('comes once, page by page, whatever is said and hidden meanwhile', async () => {
    const where = await bed.group(ada, [ben], 'Pages');
    const numbers: number[] = [];
    for (let n = 1; n <= 9; n += 1) numbers.push(await say(ada, `teal ${n}`, where));
    await eventually(async () => expect(await textsOf(ben, 'teal')).toHaveLength(9));
    for (const number of numbers.slice(2, 6)) {
      await bed.commands.participation(ben, where, { type: 'hide-message', number }).then(done);
    }
    await bed.settled();
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page = await ask(ben, {
        ...{ query: 'teal', kinds: ['MESSAGE'], order: 'NEWEST', first: 2, cursor },
      });
      seen.push(...page.edges.map(({ node }: Edge) => node.message.text));
      cursor = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
      await say(ada, `teal later ${seen.length}`, where);
    } while (cursor !== null);
    expect(seen).toEqual(['teal 9', 'teal 8', 'teal 7', 'teal 2', 'teal 1']);
  });
});

describe('people and conversations', () => {
  it('are found by name, handle and title, people first', async () => {
    const rename = { type: 'change-profile', name: 'Harriet Watch', handle: 'skua' } as const;
    await bed.commands.account(cleo, rename as never).then(done);
    await bed.settled();
    await eventually(async () => {
      const { edges } = await ask(ada, { query: 'watch', kinds: ['PERSON', 'CONVERSATION'] });
      expect(edges.map(({ node }: { node: object }) => node)).toMatchObject([
        { __typename: 'PersonHit', person: { name: 'Harriet Watch', handle: 'skua' } },
        { __typename: 'ConversationHit', conversation: { title: 'Harbour watch' } },
      ]);
    });
    const { edges } = await ask(ada, { query: 'sku' });
    expect(edges[0].node.person.name).toBe('Harriet Watch');
    const [stranger = '' as UserId] = await bed.people(1);
    expect((await ask(stranger, { query: 'harbour', kinds: ['CONVERSATION'] })).edges).toEqual([]);
    const page = await ask(ada, { query: 'watch', first: 1 });
    expect(page.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
    const next = await ask(ada, { query: 'watch', first: 1, cursor: page.pageInfo.endCursor });
    expect(next.edges[0].node.__typename).toBe('ConversationHit');
    expect(next.pageInfo.hasPreviousPage).toBe(true);
  });
});

describe('a wrong question', () => {
  const person = () => encodeNodeId({ type: 'Person', userId: ada });
  it.each<readonly [string, () => Asked]>([
    ['query', () => ({ query: ' \u200b ' })],
    ['query', () => ({ query: 'long '.repeat(60) })],
    ['query', () => ({ query: 'half \ud83d' })],
    ['in', () => ({ query: 'a', in: person() })],
    ['from', () => ({ query: 'a', from: 'nobody' })],
    ['first', () => ({ query: 'a', first: 51 })],
    ['first', () => ({ query: 'a', first: 0 })],
    ['kinds', () => ({ query: 'a', kinds: [] })],
    ['kinds', () => ({ query: 'a', kinds: ['PERSON'], from: person() })],
    ['cursor', () => ({ query: 'a', cursor: 'nonsense' })],
    ['cursor', () => ({ query: 'a', cursor: Buffer.from('["people","x"]').toString('base64url') })],
    ['cursor', () => ({ query: 'a', cursor: Buffer.from('["all","x"]').toString('base64url') })],
  ])('names %s', async (field, asked) => {
    const refused: AggregateError = await ask(ada, asked()).then(
      () => new AggregateError([]),
      (cause: AggregateError) => cause,
    );
    const [error]: readonly GraphQLError[] = refused.errors;
    expect(error?.extensions).toMatchObject({ code: 'BAD_INPUT', field });
  });
});
