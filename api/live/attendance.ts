import type { UserId } from '../../domain/ids.ts';
import type { ParleyEvent } from '../../domain/recorded.ts';
import type { Cache } from '../../ops/adapters/cache/port.ts';
import { conversationRoom } from '../../schemas/records/gateway-message.ts';
import type { Device } from './device.ts';
import type { KnownPeople } from './known-people.ts';
import type { LiveReads } from './live-reads.ts';
import type { MembershipChange, Present, Rooms } from './rooms.ts';
import { membershipChange } from './rooms.ts';

export type AttendanceDependencies = {
  readonly id: string; // of this gateway
  readonly cache: Cache;
  readonly rooms: Rooms<Device>;
  readonly reads: LiveReads;
  readonly people: KnownPeople;
  readonly limits: { readonly readModelWaitMs: number };
};

/** Keeps the rooms of this gateway, and what each present person may see, in step with the log. */
export type Attendance = {
  /** Before an event is sent: whoever comes in by it shall hear it. */
  before(recorded: ParleyEvent): Promise<void>;
  /** After it was sent: whoever leaves by it has heard it. */
  after(recorded: ParleyEvent): Promise<void>;
};

export function openAttendance(dependencies: AttendanceDependencies): Attendance {
  const { rooms } = dependencies;
  return {
    before: async (recorded) => {
      notePerson(rooms, recorded);
      const change = membershipChange(recorded);
      if (change) await letIn(change, recorded.position, dependencies);
    },
    after: async (recorded) => {
      const change = membershipChange(recorded);
      if (change) await letOut(change, dependencies);
    },
  };
}

/** What a person changed for herself: how she shows marks, what she cleared. */
function notePerson(rooms: Rooms<Device>, recorded: ParleyEvent): void {
  if (recorded.category === 'conversation') return;
  const present = rooms.person(recorded.userId);
  if (!present) return;
  const { event } = recorded;
  if (event.type === 'preferences-changed') present.readMarks = event.preferences.readMarks;
  if (recorded.category === 'participation' && event.type === 'history-cleared') {
    rooms.clear(present, recorded.conversationId, event.upTo);
  }
}

/** Who has left again since, as the read models know already, stays outside. */
async function letIn(
  { joined, conversationId }: MembershipChange,
  position: bigint,
  { id, cache, rooms, reads, people, limits }: AttendanceDependencies,
): Promise<void> {
  const here = presentOf(rooms, joined);
  if (here.length === 0) return;
  const reached = await reads.waitForKey(conversationId, position, limits.readModelWaitMs);
  if (reached < position) throw new Error('the read models are too far behind');
  const seesFrom = await reads.seesFrom(conversationId, joined);
  const wasPassedBy = rooms.members(conversationId).size === 0;
  for (const present of here) {
    const first = seesFrom.get(present.userId);
    if (first !== undefined) rooms.join(present, conversationId, first);
  }
  await cache.registry.enter(id, [conversationRoom(conversationId)]);
  people.forgetAll();
  if (!wasPassedBy) return;
  const span = { after: position, upTo: await reads.head(), rowsMax: 1 };
  await reads.waitForKey(conversationId, span.upTo, limits.readModelWaitMs);
  for (const [present, first] of rooms.members(conversationId)) {
    const membership = { conversationId, seesFrom: first, seesUpTo: null };
    const missed = await reads.missedEvents(present.userId, [membership], span);
    if (missed.length === 0) continue;
    // Said before the courier knew of this gateway: it comes by catching up.
    for (const device of present.devices)
      device.resumeLater('You came in: resume to hear the rest');
  }
}

async function letOut(
  { left, conversationId }: MembershipChange,
  { id, cache, rooms }: AttendanceDependencies,
): Promise<void> {
  for (const present of presentOf(rooms, left)) rooms.part(present, conversationId);
  if (left.length > 0 && rooms.members(conversationId).size === 0) {
    await cache.registry.leave(id, [conversationRoom(conversationId)]);
  }
}

function presentOf(rooms: Rooms<Device>, users: readonly UserId[]): readonly Present<Device>[] {
  return users.flatMap((user) => rooms.person(user) ?? []);
}
