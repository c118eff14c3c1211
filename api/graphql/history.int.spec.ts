import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ConversationId, UserId } from '../../domain/ids.ts';
import { encodeNodeId } from '../../schemas/graphql/node-id.ts';
import type { Bed } from '../testing/bed.ts';
import { done, openBed } from '../testing/bed.ts';

const last = 23;
const whenFormerLeft = 12; // the last number that was said then
let bed: Bed;
let ada: UserId;
let ben: UserId;
let former: UserId;
let stranger: UserId;
let room: ConversationId;
beforeAll(async () => {
  bed = await openBed();
  const people = await bed.people(4);
  [ada = '' as UserId, ben = '' as UserId, former = '' as UserId] = people;
  stranger = people.at(-1) ?? stranger;
  room = await bed.group(ada, [ben, former]);
  for (let number = 1; number <= last; number += 1) {
    await bed.said(ada, room);
    if (number === whenFormerLeft) {
      await bed.commands.conversation(former, room, { type: 'leave' }).then(done);
    }
  }
  const forBen = (change: Parameters<typeof bed.commands.participation>[2]) =>
    bed.commands.participation(ben, room, change).then(done);
  await forBen({ type: 'clear-history', upTo: 4 });
  await forBen({ type: 'hide-message', number: 10 });
  await bed.settled();
}, 120_000);
afterAll(() => bed[Symbol.asyncDispose]());

type Asked = {
  readonly first?: number;
  readonly after?: string | null;
  readonly last?: number;
  readonly before?: string | null;
  readonly around?: number;
  readonly at?: string;
};
type Page = {
  readonly numbers: readonly number[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
};

async function page(asked: Asked, viewer = ada): Promise<Page> {
  const { data } = await bed.ask(
    viewer,
    `query ($id: ID!, $first: Int, $after: String, $last: Int, $before: String,
            $around: Int, $at: DateTime) {
      conversation(id: $id) {
        messages(first: $first, after: $after, last: $last, before: $before,
                 around: $around, at: $at) {
          edges { cursor node { number sentAt } }
          pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
        }
      }
    }`,
    { id: encodeNodeId({ type: 'Conversation', conversationId: room }), ...asked },
  );
  const { edges, pageInfo } = data.conversation.messages;
  return { numbers: edges.map((edge: { node: { number: number } }) => edge.node.number), pageInfo };
}

const span = (from: number, to: number) =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, at) => from + at);
const whatBenSees = span(5, last).filter((number) => number !== 10);

describe('a history', () => {
  it.each([1, 2, 7, 22, 23, 24, 100])('read by pages of %i is whole, both ways', async (rows) => {
    for (const [viewer, expected] of [
      [ada, span(1, last)],
      [ben, whatBenSees],
    ] as const) {
      const forwards: number[] = [];
      let after: string | null = null;
      for (let more = true; more; ) {
        const { numbers, pageInfo }: Page = await page({ first: rows, after }, viewer);
        forwards.push(...numbers);
        expect(pageInfo.hasPreviousPage).toBe(after !== null);
        [after, more] = [pageInfo.endCursor, pageInfo.hasNextPage];
      }
      expect(forwards).toEqual(expected);
      const backwards: number[] = [];
      let before: string | null = null;
      for (let more = true; more; ) {
        const { numbers, pageInfo }: Page = await page({ last: rows, before }, viewer);
        backwards.unshift(...numbers);
        [before, more] = [pageInfo.startCursor, pageInfo.hasPreviousPage];
      }
      expect(backwards).toEqual(expected);
    }
  });

  it.each([
    [1, span(1, 6), [false, true]],
    [12, span(9, 14), [true, true]],
    [last, span(last - 5, last), [true, false]],
    [-5, span(1, 6), [false, true]],
    [1_000, span(last - 5, last), [true, false]],
  ] as const)('around %i shows what lies there, a full page', async (around, numbers, more) => {
    const found = await page({ first: 6, around });
    expect(found.numbers).toEqual(numbers);
    expect([found.pageInfo.hasPreviousPage, found.pageInfo.hasNextPage]).toEqual(more);
  });

  it('around a message that is cleared or hidden shows what is left beside it', async () => {
    expect((await page({ first: 4, around: 2 }, ben)).numbers).toEqual([5, 6, 7, 8]);
    expect((await page({ first: 4, around: 10 }, ben)).numbers).toEqual([8, 9, 11, 12]);
  });

  it('at a moment begins around the first message from then on', async () => {
    const before = new Date(Date.now() - 3_600_000).toISOString();
    const later = new Date(Date.now() + 3_600_000).toISOString();
    expect((await page({ first: 4, at: before })).numbers).toEqual([1, 2, 3, 4]);
    expect((await page({ first: 4, at: later })).numbers).toEqual(span(last - 3, last));
  });

  it('goes on from an edge in the middle', async () => {
    const { pageInfo } = await page({ first: 4, around: 12 });
    expect((await page({ first: 2, after: pageInfo.endCursor })).numbers).toEqual([14, 15]);
    expect((await page({ last: 2, before: pageInfo.startCursor })).numbers).toEqual([8, 9]);
  });

  it.each([
    ['last', { first: 1, last: 1 }],
    ['after', { last: 1, after: 'x' }],
    ['before', { first: 1, before: 'x' }],
    ['at', { first: 1, around: 1, at: '2026-11-23T18:00:00Z' }],
    ['first', {}],
    ['first', { first: 0 }],
    ['last', { last: 101 }],
    ['after', { first: 1, after: 'nonsense' }],
    ['before', { last: 1, before: '' }],
  ] as const)('refuses what does not go together, naming `%s`', async (field, asked) => {
    await expect(page(asked)).rejects.toMatchObject({
      errors: [{ extensions: { code: 'BAD_INPUT', field } }],
    });
  });

  it('ends for who left with what was said until then', async () => {
    const { numbers, pageInfo } = await page({ first: 100 }, former);
    expect(numbers).toEqual(span(1, whenFormerLeft));
    expect(pageInfo.hasNextPage).toBe(false);
    expect((await page({ last: 5 }, former)).numbers).toEqual(span(8, whenFormerLeft));
  });

  it('is none for who was never there', async () => {
    const gone = page({ first: 1 }, stranger);
    await expect(gone).rejects.toThrow(/of null/); // the conversation itself is null to her
  });
});
