import type { ConversationId } from '../../domain/ids.ts';
import { conversationRoom, personRoom } from '../../schemas/records/gateway-message.ts';
import { catchUp } from './catch-up.ts';
import type { Device } from './device.ts';
import type { GatewayDependencies } from './gateway.ts';
import type { EventsRequest } from './operations.ts';
import type { Rooms } from './rooms.ts';

/** A device that has come in: catching up goes on, and goodbye undoes the coming. */
export type Arrival = {
  readonly caughtUp: Promise<void>;
  goodbye(): Promise<void>;
};

/**
 * Lets a device in without a gap: first her room is entered, so that from now on everything that
 * concerns her arrives here; then the head of the log is noted, and the read models are waited for;
 * then her conversations are joined as they stand there. What arrives meanwhile is held by the
 * device.
 */
export async function welcome(
  device: Device,
  request: EventsRequest,
  dependencies: GatewayDependencies & { readonly rooms: Rooms<Device> },
): Promise<Arrival> {
  const { cache, id, reads, rooms, limits } = dependencies;
  const present = rooms.enter(device.viewer, device);
  await cache.registry.enter(id, [personRoom(device.viewer)]);
  const head = await headReached(dependencies);
  const memberships = await reads.memberships(device.viewer);
  const people = await reads.people([device.viewer]);
  present.readMarks = people.get(device.viewer)?.preferences.readMarks ?? true;
  const current = memberships.filter(({ seesUpTo }) => seesUpTo === null);
  for (const { conversationId, seesFrom } of current) {
    if (!present.conversations.has(conversationId)) rooms.join(present, conversationId, seesFrom);
  }
  await cache.registry.enter(
    id,
    current.map(({ conversationId }) => conversationRoom(conversationId)),
  );
  dependencies.people.forgetAll();
  // What was sent between the two enterings went past this gateway: the head is noted again.
  let upTo = current.length === 0 ? head : await headReached(dependencies);
  // And who was let in somewhere between the two has missed how that began.
  const known = upTo === head ? memberships : await reads.memberships(device.viewer);
  // Word of her going may have come before she was let into the room, and would find nobody there.
  const entered = new Set(current.map(({ conversationId }) => conversationId));
  const left = known.filter(
    ({ conversationId, seesUpTo }) => seesUpTo !== null && entered.has(conversationId),
  );
  for (const { conversationId } of left) rooms.part(present, conversationId);
  if (left.length > 0) {
    // What was said there before she went may lie behind the head, and no frame brings it any more,
    // neither to this device nor to her others, for whom it may still be on its way.
    for (const other of present.devices) {
      if (other !== device) other.resumeLater('You left meanwhile: resume to hear the rest');
    }
    upTo = await headReached(dependencies);
  }
  const span = { waitMs: limits.catchUpWaitMs, head: upTo, memberships: known };
  return {
    caughtUp: catchUp(device, request, { ...dependencies, ...span }),
    goodbye: () => goodbye(device, dependencies),
  };
}

async function headReached({ reads, limits }: GatewayDependencies): Promise<bigint> {
  const head = await reads.head();
  const reached = await reads.waitFor(head, limits.catchUpWaitMs);
  if (reached < head) throw new Error('the read models are too far behind');
  return head;
}

async function goodbye(
  device: Device,
  { cache, id, rooms }: GatewayDependencies & { readonly rooms: Rooms<Device> },
): Promise<void> {
  const present = rooms.person(device.viewer);
  const conversations: ConversationId[] = [...(present?.conversations ?? [])];
  if (!rooms.leave(device.viewer, device)) return;
  const empty = conversations.filter((conversation) => rooms.members(conversation).size === 0);
  await cache.registry.leave(id, [personRoom(device.viewer), ...empty.map(conversationRoom)]);
}
