import { describe, expect, it } from 'vitest';
import type { ConversationId } from '../../domain/ids.ts';
import { ada } from '../../domain/testing/people.ts';
import type { ConversationEventView } from '../../projections/timeline/view.ts';
import { encodeCursor } from '../../schemas/graphql/cursor.ts';
import { manualClock } from '../../workers/testing/manual-clock.ts';
import { catchUp, newestCursor } from './catch-up.ts';
import type { Device } from './device.ts';
import type { LiveReads, Span } from './live-reads.ts';
import type { EventsRequest } from './operations.ts';

const request = (after: bigint | string | null, init: bigint | string | null) => {
  const text = (cursor: bigint | string | null) =>
    typeof cursor === 'bigint' ? encodeCursor(cursor) : cursor;
  return {
    ...{ after: text(after), connection: { initCursor: () => text(init) } },
  } as unknown as EventsRequest;
};

describe('where a device goes on', () => {
  it.each([
    [null, null, null],
    [5n, null, 5n],
    [null, 7n, 7n],
    [5n, 7n, 7n],
    [7n, 5n, 7n],
    [9n, 9n, 9n],
  ])('after %s, with %s in connection_init, is %s: the newer counts', (after, init, expected) => {
    expect(newestCursor(request(after, init), 9n)).toBe(expected);
  });

  it.each([
    ['after', request('nonsense', 5n)],
    ['connection_init.cursor', request(5n, 'nonsense')],
    ['after', request(10n, null)],
    ['connection_init.cursor', request(9n, 10n)],
  ])('is nowhere with a cursor that is none of ours, and `%s` is named', (field, asked) => {
    expect(() => newestCursor(asked, 9n)).toThrow(
      expect.objectContaining({ extensions: { code: 'BAD_INPUT', field } }),
    );
  });
});

describe('catching up', () => {
  const conversationId = '0198f1d2-0000-7000-8000-000000000001' as ConversationId;
  /** Somebody came at each position: what a frame shows of it is where it happened. */
  const came = (position: bigint): ConversationEventView => ({
    ...{ conversationId, position, revision: Number(position), atMs: 0 },
    ...{ type: 'members-added', number: null, users: [ada] },
  });
  const positions = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, at) => BigInt(from + at + 1));

  function reading(missed: readonly ConversationEventView[]): LiveReads {
    const inSpan = ({ after, upTo, rowsMax }: Span) =>
      missed.filter(({ position }) => position > after && position <= upTo).slice(0, rowsMax);
    const none = async () => new Map();
    const nobody = async () => [];
    return {
      ...{ messages: none, conversations: none, members: none, participations: none, people: none },
      ...{ movedMarks: nobody, changedParticipations: nobody, changedPeople: nobody },
      missedEvents: async (_viewer: unknown, _memberships: unknown, span: Span) => inSpan(span),
    } as unknown as LiveReads;
  }

  async function caughtUp(last: number, after: bigint) {
    const sent: string[] = [];
    const floors: bigint[] = [];
    const device = {
      viewer: ada,
      shape: {
        frame: async ({ position, cursor }: { position?: string; cursor?: string }) =>
          Buffer.from(position ?? `up to ${cursor}`),
      },
      caughtUp: (frame: Buffer) => sent.push(String(frame)) > 0,
      ...{ gone: () => false, drained: async () => undefined },
      goLive: (floor: bigint) => floors.push(floor),
    } as unknown as Device;
    await catchUp(device, request(after, null), {
      reads: reading(positions(0, last).map(came)),
      ...{ contextFor: () => null, now: () => 0, waitMs: 0, clock: manualClock() },
      ...{ head: BigInt(last), memberships: [] },
    });
    return { sent, floors };
  }

  it.each([0, 1, 499, 500, 501, 1_000, 1_203])(
    'over %i missed events misses none, sends each once and in order, and then a cursor',
    async (missed) => {
      const { sent, floors } = await caughtUp(missed + 7, 7n);
      expect(sent.slice(0, -1)).toEqual(positions(7, missed + 7).map(String));
      expect(sent.at(-1)).toBe(`up to ${encodeCursor(BigInt(missed + 7))}`);
      expect(floors).toEqual([BigInt(missed + 7)]);
    },
  );

  it('tells what she changed for herself, though her row went past the head since', async () => {
    const sent: string[] = [];
    const device = {
      viewer: ada,
      shape: { frame: async (source: { __typename: string }) => Buffer.from(source.__typename) },
      caughtUp: (frame: Buffer) => sent.push(String(frame)) > 0,
      ...{ gone: () => false, goLive: () => undefined, drained: async () => undefined },
    } as unknown as Device;
    const row = { conversationId, position: 12n }; // cleared at 8, moved by her message at 12
    const changedParticipations = async (_viewer: unknown, { after, upTo }: Span) =>
      row.position > after && row.position <= upTo ? [row] : [];
    await catchUp(device, request(5n, null), {
      reads: {
        ...{ ...reading([]), changedParticipations },
        participations: async () => new Map([[conversationId, row]]),
      } as unknown as LiveReads,
      ...{ contextFor: () => null, now: () => 0, waitMs: 0, clock: manualClock() },
      ...{ head: 10n, memberships: [] },
    });
    expect(sent).toEqual(['ParticipationChanged', 'Progress']);
  });

  it('gives everybody else a turn after a hundred frames', async () => {
    let sent = 0;
    let goOn: () => void = () => undefined; // held for as long as the others take
    const device = {
      ...{ viewer: ada, shape: { frame: async () => Buffer.from('') } },
      caughtUp: () => {
        sent += 1;
        return true;
      },
      ...{ gone: () => false, goLive: () => undefined, drained: async () => undefined },
    } as unknown as Device;
    const turn = (run: () => void) => {
      goOn = run;
    };
    const over = catchUp(device, request(0n, null), {
      reads: reading(positions(0, 250).map(came)),
      ...{ contextFor: () => null, now: () => 0, waitMs: 0, head: 250n, memberships: [] },
      clock: { ...manualClock(), turn },
    });
    for (const inTurn of [100, 200, 250]) {
      await allThatIsReady();
      expect(sent).toBe(inTurn);
      goOn();
    }
    await over;
    expect(sent).toBe(251); // and the cursor
  });

  const allThatIsReady = () => new Promise((resolve) => setImmediate(resolve));
});
