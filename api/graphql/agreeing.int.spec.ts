import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ConversationId, UserId } from '../../domain/ids.ts';
import type { Statement } from '../../ops/adapters/tables/port.ts';
import { encodeNodeId } from '../../schemas/graphql/node-id.ts';
import { createContext } from '../context.ts';
import type { Bed } from '../testing/bed.ts';
import { done, openBed } from '../testing/bed.ts';
import { mutations } from './mutations/all.ts';
import { viewerFields } from './viewer.ts';

// biome-ignore lint/suspicious/noExplicitAny: resolvers answer what the spec expects
type Answer = any;

let bed: Bed;
beforeAll(async () => {
  bed = await openBed();
});
afterAll(() => bed[Symbol.asyncDispose]());

it('an inbox agrees with itself, though something is said while it is read', async () => {
  const [ada, ben] = (await bed.people(2)) as [UserId, UserId];
  const room = await bed.group(ada, [ben]);
  await bed.settled();
  const { tables } = bed.dependencies;
  const query = async <Row extends object>(statement: Statement) => {
    const rows = await tables.query<Row>(statement);
    if (statement.name?.startsWith('inbox-page')) {
      await bed.said(ada, room);
      await bed.settled();
    }
    return rows;
  };
  const context = createContext({ ...bed.dependencies, tables: { ...tables, query } }, ben);
  const page: Answer = await viewerFields.inbox?.(
    { userId: ben },
    { first: 10, filter: 'ALL' },
    context,
    {} as never,
  );
  const { unread } = (await context.loaders.participations.load(room)) ?? { unread: null };
  expect([page.edges[0].node.lastNumber, unread]).toEqual([0, 0]);
});

describe('the owner of a channel', () => {
  it('leaves it as everybody else does', async () => {
    const { ada, id } = await channelOfAda();
    const left = await leave(ada, id);
    await bed.settled();
    expect([left.refusal, await inboxOf(ada)]).toEqual([null, []]);
    expect(BigInt(left.position)).toBeGreaterThan(0n);
  });

  it('who may not leave it as it is closed is told so, and nothing is stored', async () => {
    const { ada, id } = await channelOfAda();
    done(await bed.commands.conversation(ada, id, { type: 'close-conversation' }));
    await bed.settled();
    const { eventStore } = bed.machines;
    const head = await eventStore.head();
    const { refusal } = await leave(ada, id);
    expect([refusal.code, await eventStore.head()]).toEqual(['CONVERSATION_CLOSED', head]);
  });

  it('removes a subscriber, who may not be told that it is so already', async () => {
    const { ada, id } = await channelOfAda();
    const [ben, eve] = (await bed.people(2)) as [UserId, UserId];
    for (const one of [ben, eve]) {
      done(await bed.commands.participation(one, id, { type: 'join-channel' }));
    }
    await bed.settled();
    expect((await remove(ben, { id, user: eve })).refusal.code).toBe('NOT_A_MEMBER');
    expect((await remove(ada, { id, user: eve })).refusal).toBe(null);
    await bed.settled();
    const inboxes = await Promise.all([ada, ben, eve].map(inboxOf));
    expect(inboxes.map(({ length }) => length)).toEqual([1, 1, 0]);
  });

  it('goes by what the log says it is, also before the read models know', async () => {
    const { ada, id } = await channelOfAda();
    const [eve] = (await bed.people(1)) as [UserId];
    done(await bed.commands.participation(eve, id, { type: 'join-channel' }));
    expect((await remove(ada, { id, user: eve }, { unknown: true })).refusal).toBe(null);
    await bed.settled();
    expect(await inboxOf(eve)).toEqual([]);
  });

  it.each([
    { kind: 'conflict' } as const,
    { kind: 'overloaded', retryAfterMs: 5 } as const,
    { kind: 'unavailable', retryAfterMs: 5 } as const,
  ])(
    'is not told that nothing is stored when half of it is ($kind); again, she is out',
    async (half) => {
      const { ada, id } = await channelOfAda();
      const participation = async () => half;
      await expect(leave(ada, id, { ...bed.commands, participation })).rejects.toMatchObject({
        extensions: { code: 'UNAVAILABLE' },
      });
      const left = await leave(ada, id);
      await bed.settled();
      expect([left.refusal, await inboxOf(ada)]).toEqual([null, []]);
    },
  );
});

/** She owns it and has subscribed to it. */
async function channelOfAda() {
  const [ada] = (await bed.people(1)) as [UserId];
  const id = v7() as ConversationId;
  const asked = { id, title: 'News', about: '', members: [], settings: {} };
  done(await bed.commands.createChannel(ada, asked));
  done(await bed.commands.participation(ada, id, { type: 'join-channel' }));
  await bed.settled();
  return { ada, id };
}

function leave(by: UserId, id: ConversationId, commands = bed.commands): Promise<Answer> {
  const conversationId = encodeNodeId({ type: 'Conversation', conversationId: id });
  const context = createContext({ ...bed.dependencies, commands }, by);
  return mutations.leave?.(null, { input: { conversationId } }, context, {} as never) as Answer;
}

function remove(
  by: UserId,
  of: { readonly id: ConversationId; readonly user: UserId },
  { unknown = false } = {}, // to the read models
) {
  const conversationId = encodeNodeId({ type: 'Conversation', conversationId: of.id });
  const personId = encodeNodeId({ type: 'Person', userId: of.user });
  const input = { conversationId, personId };
  const context = createContext(bed.dependencies, by);
  if (unknown) context.loaders.conversations.prime(of.id, null);
  return mutations.removeMember?.(null, { input }, context, {} as never) as Promise<Answer>;
}

async function inboxOf(viewer: UserId): Promise<Answer> {
  const asked = '{ viewer { inbox(first: 9, filter: ALL) { edges { cursor } } } }';
  return (await bed.ask(viewer, asked)).data.viewer.inbox.edges;
}
