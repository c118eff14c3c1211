import { expect, it } from 'vitest';
import type { ConversationId, UserId } from '../../domain/ids.ts';
import { gatewayLimits } from '../limits.ts';
import { welcome } from './arrival.ts';
import type { Device } from './device.ts';
import type { LiveReads, Membership } from './live-reads.ts';
import type { EventsRequest } from './operations.ts';
import { openRooms } from './rooms.ts';

const ada = '0198c5c0-0000-7000-8000-00000000000a' as UserId;
const membership = (name: string): Membership => {
  return { conversationId: name as ConversationId, seesFrom: 1, seesUpTo: null };
};

/** Welcomes a device while the log and her memberships go on as they are told to. */
async function missedBy(
  heads: bigint[],
  memberships: (readonly Membership[])[],
  rooms = openRooms<Device>(),
) {
  const asked: string[] = [];
  let floor = 0n;
  const device = {
    viewer: ada,
    shape: { key: '', frame: async () => Buffer.from('') },
    ...{ gone: () => false, caughtUp: () => true, drained: async () => undefined },
    goLive: (at: bigint) => {
      floor = at;
    },
  } as unknown as Device;
  const none = async () => [];
  const reads = {
    head: async () => heads.shift() ?? 0n,
    waitFor: async (position: bigint) => position,
    memberships: async () => memberships.shift() ?? [],
    people: async () => new Map(),
    missedEvents: async (_viewer: UserId, of: readonly Membership[]) => {
      asked.push(...of.map(({ conversationId }) => conversationId));
      return [];
    },
    ...{ changedParticipations: none, movedMarks: none, changedPeople: none },
  } as unknown as LiveReads;
  const registry = { enter: async () => undefined, leave: async () => undefined };
  const { caughtUp } = await welcome(
    device,
    { after: 'cDEuMQ', connection: { initCursor: () => null } } as unknown as EventsRequest,
    {
      ...{ id: 'gateway', reads, rooms, limits: gatewayLimits },
      ...{ cache: { registry }, people: { forgetAll: () => undefined } },
      ...{ contextFor: () => null, now: () => 0 },
    } as unknown as Parameters<typeof welcome>[2],
  );
  await caughtUp;
  return { asked, floor };
}

it('tells a device also what began while it was let in', async () => {
  const [talk, begun] = [membership('talk'), membership('begun meanwhile')];
  const missed = await missedBy([5n, 9n], [[talk], [talk, begun]]);
  expect(missed).toEqual({ asked: ['talk', 'begun meanwhile'], floor: 9n });
});

it('asks once where nothing happened meanwhile', async () => {
  const missed = await missedBy([5n, 5n], [[membership('talk')], []]);
  expect(missed).toEqual({ asked: ['talk'], floor: 5n });
});

it('lets nobody stay in a room that she left while she was let in', async () => {
  const [talk, left] = [membership('talk'), membership('left meanwhile')];
  const rooms = openRooms<Device>();
  const resumed: string[] = [];
  rooms.enter(ada, { resumeLater: (why: string) => resumed.push(why) } as unknown as Device);
  const missed = await missedBy(
    [5n, 9n, 11n],
    [
      [talk, left],
      [talk, { ...left, seesUpTo: 3 }],
    ],
    rooms,
  );
  expect([...(rooms.person(ada)?.conversations ?? [])]).toEqual(['talk']);
  // And what was said there until she went is caught up, however late word of her going came.
  expect(missed).toEqual({ asked: ['talk', 'left meanwhile'], floor: 11n });
  // Her other devices, to whom it may still be on its way, come by their cursors.
  expect(resumed).toHaveLength(1);
});
