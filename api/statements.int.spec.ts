import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ConversationId, UserId } from '../domain/ids.ts';
import { eventually } from '../ops/journeys/testing.ts';
import { encodeNodeId } from '../schemas/graphql/node-id.ts';
import type { Bed } from './testing/bed.ts';
import { done, openBed } from './testing/bed.ts';

/** Somebody with so many conversations, and one with as many members, messages and reactions. */
type World = {
  readonly size: number;
  readonly viewer: UserId;
  readonly people: readonly UserId[];
  readonly conversations: readonly ConversationId[];
  readonly big: ConversationId;
};

let bed: Bed;
const worlds: World[] = [];
beforeAll(async () => {
  bed = await openBed();
  const everybody = await bed.people(52);
  for (const size of [5, 50]) worlds.push(await makeWorld(everybody, size));
  await bed.settled();
  for (const world of worlds) await eventually(() => isFound(world));
}, 300_000);
afterAll(() => bed[Symbol.asyncDispose]());

async function makeWorld(everybody: readonly UserId[], size: number): Promise<World> {
  const [viewer = '' as UserId] = everybody.slice(size === 5 ? 50 : 51);
  const people = everybody.slice(0, size);
  const conversations = await Promise.all(
    people.map((other, at) => startedBy(other, { viewer, at })),
  );
  const big = await bed.group(viewer, people.slice(1), 'Big');
  for (const [at, author] of [viewer, ...people.slice(1)].entries()) {
    await bed.said(author, big, at === 0 ? {} : { replyTo: at });
  }
  const change = (by: UserId, asked: Parameters<typeof bed.commands.conversation>[2]) =>
    bed.commands.conversation(by, big, asked).then(done);
  for (const [at, author] of [viewer, ...people.slice(1)].entries()) {
    await change(author, { type: 'react', number: at + 1, emoji: '👍' });
    await change(author, { type: 'edit-message', number: at + 1, text: 'hello again' });
    await change(viewer, { type: 'pin', number: at + 1 });
  }
  return { size, viewer, people, conversations, big };
}

async function isFound({ big, size }: World): Promise<void> {
  const within = [{ conversationId: big, first: 1, last: null }];
  const asked = { text: 'again', within, order: 'newest', first: 100 } as const;
  expect((await bed.machines.search.findMessages(asked)).hits).toHaveLength(size);
}

/** Every second one is a direct conversation; the last word in each has the other. */
async function startedBy(
  other: UserId,
  { viewer, at }: { readonly viewer: UserId; readonly at: number },
): Promise<ConversationId> {
  const id =
    at % 2 === 0
      ? done(await bed.commands.openDirect(other, viewer)).conversationId
      : await bed.group(other, [viewer], `Group ${at}`);
  await bed.said(other, id);
  return id;
}

const person = 'id name handle about state kind fields { label value }';
const message = `
  id number text form state sentAt editedAt clientId deliveredTo
  author { ${person} } reactions { emoji count mine } history { text at }`;
const pageInfo = 'pageInfo { hasNextPage hasPreviousPage startCursor endCursor }';
const conversation = `
  id kind title about memberCount lastNumber state settings { posting history }
  lastMessage { ${message} } my { role unread readUpTo muted: mutedUntil }`;

const documents: Readonly<Record<string, string>> = {
  'an inbox with last messages and their authors': `{
    viewer {
      id email unread cursor person { ${person} } preferences { theme }
      inbox(first: 100) { position edges { cursor node { ${conversation} } } ${pageInfo} }
    }
  }`,
  'an inbox with members, pins and what is unread of each': `{
    viewer { inbox(first: 100) { edges { node {
      members(first: 2) { edges { node { role person { name } } } ${pageInfo} }
      pins { ${message} }
      my { unreadBecause(first: 2) { ${message} } }
    } } } }
  }`,
  'an inbox with a page of history of each': `{
    viewer { inbox(first: 100) { edges { node {
      messages(last: 2) { edges { node { ${message} } } ${pageInfo} }
    } } } }
  }`,
  'a conversation with its members': `query ($big: ID!) {
    conversation(id: $big) {
      ${conversation}
      members(first: 100) {
        edges { cursor node { id role joinedAtNumber readUpTo deliveredUpTo person { ${person} } } }
        ${pageInfo}
      }
    }
  }`,
  'a page of history with authors, reactions, versions and reply targets': `query ($big: ID!) {
    conversation(id: $big) {
      messages(last: 100) {
        edges { cursor node { ${message} replyTo { ${message} } conversation { title } } }
        ${pageInfo}
      }
    }
  }`,
  'a page of history from the middle': `query ($big: ID!) {
    conversation(id: $big) { messages(first: 100, around: 3) { edges { node { ${message} } } } }
  }`,
  'a page of history with those who have read each message': `query ($big: ID!) {
    conversation(id: $big) {
      messages(last: 100) { edges { node { readBy(first: 100) { edges { node { name } } } } } }
    }
  }`,
  'what was found, each hit looked at again': `query ($big: ID!) {
    search(query: "again", in: $big, first: 50) {
      edges { cursor node { ... on MessageHit {
        message { ${message} } conversation { title } highlights { text found } } } }
      ${pageInfo}
    }
  }`,
  'pinned messages, and messages one by one': `query ($big: ID!) {
    conversation(id: $big) {
      pins { ${message} }
      first: message(number: 1) { ${message} } third: message(number: 3) { ${message} }
    }
  }`,
  'people by their ids': `query ($people: [ID!]!) {
    nodes(ids: $people) { id ... on Person { ${person} } }
  }`,
  'conversations by their ids': `query ($conversations: [ID!]!) {
    nodes(ids: $conversations) { id ... on Conversation { ${conversation} } }
  }`,
  'messages by their ids': `query ($messages: [ID!]!) {
    nodes(ids: $messages) { id ... on Message { ${message} replyTo { ${message} } } }
  }`,
  'members by their ids': `query ($members: [ID!]!) {
    nodes(ids: $members) { id ... on Member { role readUpTo person { ${person} } } }
  }`,
};

function variablesOf({ people, conversations, big, viewer }: World) {
  const inBig = [viewer, ...people.slice(1)];
  return {
    big: encodeNodeId({ type: 'Conversation', conversationId: big }),
    people: people.map((userId) => encodeNodeId({ type: 'Person', userId })),
    conversations: conversations.map((conversationId) =>
      encodeNodeId({ type: 'Conversation', conversationId }),
    ),
    messages: inBig.map((_, at) =>
      encodeNodeId({ type: 'Message', conversationId: big, number: at + 1 }),
    ),
    members: inBig.map((userId) => encodeNodeId({ type: 'Member', conversationId: big, userId })),
  };
}

describe('the statements of a document are as many for fifty rows as for five:', () => {
  it.each(Object.entries(documents))('%s', async (_what, source) => {
    const counts: Record<number, number> = {};
    for (const world of worlds) {
      const { data, statements } = await bed.ask(world.viewer, source, variablesOf(world));
      expect(rowsIn(data)).toBeGreaterThanOrEqual(world.size);
      counts[world.size] = statements;
    }
    expect(counts[50], `${counts[5]} statements for five`).toBe(counts[5]);
    expect(counts[5]).toBeLessThanOrEqual(12);
  });
});

/** The longest list in an answer: proof that there was something to count. */
function rowsIn(answer: unknown): number {
  if (typeof answer !== 'object' || answer === null) return 0;
  const own = Array.isArray(answer) ? answer.filter((row) => row !== null).length : 0;
  return Math.max(own, ...Object.values(answer).map(rowsIn));
}
