import { beforeEach, expect, it } from 'vitest';
import type { ConversationId, UserId } from '../../domain/ids.ts';
import type { ParleyEvent } from '../../domain/recorded.ts';
import { gatewayLimits } from '../limits.ts';
import { openAttendance } from './attendance.ts';
import type { Device } from './device.ts';
import type { Rooms } from './rooms.ts';
import { openRooms } from './rooms.ts';

const [ada, ben] = ['ada', 'ben'] as UserId[] as [UserId, UserId];
const talk = 'talk' as ConversationId;
const added = {
  ...{ category: 'conversation', conversationId: talk, position: 5n, revision: 1 },
  event: { type: 'members-added', members: [{ user: ada, role: 'member' }] },
} as unknown as ParleyEvent;

let rooms: Rooms<Device>;
let resumed: string[];
beforeEach(() => {
  rooms = openRooms<Device>();
  resumed = [];
});
const enter = (userId: UserId) =>
  rooms.enter(userId, { resumeLater: () => resumed.push(userId) } as unknown as Device);

/** Lets ada in while so many events were stored behind the one that lets her in. */
async function letIn(storedSince: number) {
  const reads = {
    ...{ head: async () => 9n, waitForKey: async (_key: string, position: bigint) => position },
    seesFrom: async () => new Map([[ada, 1]]),
    missedEvents: async () => Array.from({ length: storedSince }, () => ({})),
  };
  const attendance = openAttendance({
    ...{ id: 'gateway', rooms, reads, limits: gatewayLimits },
    cache: { registry: { enter: async () => undefined, leave: async () => undefined } },
    people: { forgetAll: () => undefined },
  } as unknown as Parameters<typeof openAttendance>[0]);
  await attendance.before(added);
}

it('sends whoever comes in back to her cursor when something was said past us', async () => {
  enter(ada);
  await letIn(1);
  expect(resumed).toEqual(['ada']);
});

it('lets her stay when nothing was', async () => {
  enter(ada);
  await letIn(0);
  expect(resumed).toEqual([]);
  expect(rooms.members(talk).size).toBe(1);
});

it('lets her stay where the gateway heard of the conversation all the time', async () => {
  enter(ada);
  rooms.join(enter(ben), talk, 1);
  await letIn(1);
  expect(resumed).toEqual([]);
});
