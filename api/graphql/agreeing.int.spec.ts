import { v7 } from 'uuid';
import { afterAll, beforeAll, expect, it } from 'vitest';
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

it('the owner of a channel leaves it as everybody else does', async () => {
  const [ada] = (await bed.people(1)) as [UserId];
  const id = v7() as ConversationId;
  const asked = { id, title: 'News', about: '', members: [], settings: {} };
  done(await bed.commands.createChannel(ada, asked));
  await bed.settled();
  const conversationId = encodeNodeId({ type: 'Conversation', conversationId: id });
  const context = createContext(bed.dependencies, ada);
  const left: Answer = await mutations.leave?.(
    null,
    { input: { conversationId } },
    context,
    {} as never,
  );
  await bed.settled();
  const { data } = await bed.ask(
    ada,
    '{ viewer { inbox(first: 9, filter: ALL) { edges { cursor } } } }',
  );
  expect([left.refusal, data.viewer.inbox.edges]).toEqual([null, []]);
  expect(BigInt(left.position)).toBeGreaterThan(0n);
});
