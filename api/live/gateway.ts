import type { ConversationId, UserId } from '../../domain/ids.ts';
import type { ParleyEvent } from '../../domain/recorded.ts';
import type { Cache } from '../../ops/adapters/cache/port.ts';
import type { RecordOpener } from '../../ops/vault/port.ts';
import type { GatewayMessage } from '../../schemas/records/gateway-message.ts';
import { conversationRoom, gatewayChannel } from '../../schemas/records/gateway-message.ts';
import { welcome } from './arrival.ts';
import { deliver, deliverRoot } from './delivery.ts';
import type { Device } from './device.ts';
import { openDevice } from './device.ts';
import { openKeyedQueue } from './keyed-queue.ts';
import type { KnownPeople } from './known-people.ts';
import type { LiveReads } from './live-reads.ts';
import { openLiveStream } from './live-stream.ts';
import type { EventsRequest, LiveStream } from './operations.ts';
import { openProgress } from './progress-frames.ts';
import { membershipChange, openRooms } from './rooms.ts';
import { progressRoot, typingRoot } from './roots.ts';
import type { Shapes } from './shapes.ts';

export type GatewayLimits = {
  readonly recordsQueuedMax: number; // above this every device is told to resume later
  readonly heldBytesMax: number; // live frames that wait for a device which is catching up
  readonly catchUpWaitMs: number; // how long read models may take to reach the head
  readonly readModelWaitMs: number; // the same for one changed object
  readonly leaseMs: number; // of this gateway in the registry
  readonly progressEveryMs: number;
};

export type GatewayDependencies = {
  readonly id: string;
  readonly cache: Cache;
  readonly opener: RecordOpener;
  readonly reads: LiveReads;
  readonly people: KnownPeople; // whom contextFor's frames show
  readonly shapes: Shapes;
  readonly contextFor: (viewer: UserId) => unknown;
  readonly now: () => number;
  readonly log: { error(facts: object, message: string): void };
  readonly limits: GatewayLimits;
};

/**
 * Brings what happens to the devices of this process. One frame is made for all viewers who see the
 * same;
 * its order within a conversation is that of the log; what a device missed before it came is sent
 * first.
 */
export type Gateway = {
  open(request: EventsRequest): LiveStream;
  stats(): { readonly devices: number; readonly people: number; readonly executions: number };
  [Symbol.asyncDispose](): Promise<void>;
};

export async function openGateway(dependencies: GatewayDependencies): Promise<Gateway> {
  const { cache, id, limits, log, now, reads, contextFor } = dependencies;
  const rooms = openRooms<Device>();
  const devices = new Set<Device>();
  const queue = openKeyedQueue(limits.recordsQueuedMax);
  const progress = openProgress({ everyMs: limits.progressEveryMs, now, devices });
  let executions = 0;
  const delivery = {
    ...{ rooms, reads, contextFor, readModelWaitMs: limits.readModelWaitMs },
    changed: dependencies.people.forget,
    executed: (times: number) => {
      executions += times;
    },
  };

  const everyoneResumes = (reason: string): void => {
    for (const device of devices) device.resumeLater(reason);
  };

  /** Newcomers are let in before the event that brings them is sent, leavers out after theirs. */
  const take = async (recorded: ParleyEvent): Promise<void> => {
    notePreferences(recorded);
    noteCleared(recorded);
    const change = membershipChange(recorded);
    if (change) await letIn(change.joined, change.conversationId, recorded.position);
    await deliver(recorded, delivery);
    progress.somethingSent();
    if (change) await letOut(change.left, change.conversationId);
  };

  const notePreferences = (recorded: ParleyEvent): void => {
    if (recorded.category !== 'account' || recorded.event.type !== 'preferences-changed') return;
    const present = rooms.person(recorded.userId);
    if (present) present.readMarks = recorded.event.preferences.readMarks;
  };

  const noteCleared = (recorded: ParleyEvent): void => {
    if (recorded.category !== 'participation' || recorded.event.type !== 'history-cleared') return;
    const present = rooms.person(recorded.userId);
    if (present) rooms.clear(present, recorded.conversationId, recorded.event.upTo);
  };

  const letIn = async (
    users: readonly UserId[],
    conversationId: ConversationId,
    position: bigint,
  ): Promise<void> => {
    const here = users.flatMap((user) => rooms.person(user) ?? []);
    if (here.length === 0) return;
    await reads.waitForKey(conversationId, position, limits.readModelWaitMs);
    const seesFrom = await reads.seesFrom(conversationId, users);
    for (const present of here) {
      rooms.join(present, conversationId, seesFrom.get(present.userId) ?? 1);
    }
    await cache.registry.enter(id, [conversationRoom(conversationId)]);
    dependencies.people.forgetAll();
  };

  const letOut = async (
    users: readonly UserId[],
    conversationId: ConversationId,
  ): Promise<void> => {
    for (const user of users) {
      const present = rooms.person(user);
      if (present) rooms.part(present, conversationId);
    }
    if (users.length > 0 && rooms.members(conversationId).size === 0) {
      await cache.registry.leave(id, [conversationRoom(conversationId)]);
    }
  };

  const queueUp = (recorded: ParleyEvent): void => {
    const key = recorded.category === 'account' ? recorded.userId : recorded.conversationId;
    const work = () =>
      take(recorded).catch((cause: unknown) => {
        log.error({ cause: nameOf(cause), type: recorded.event.type }, 'a live frame failed');
        everyoneResumes('Something broke on our side: resume from your cursor');
      });
    if (!queue.put(key, work)) everyoneResumes('Too much at once: resume from your cursor');
  };

  const receive = async (message: GatewayMessage): Promise<void> => {
    if (message.kind === 'typing') {
      const others = new Map(rooms.members(message.conversationId));
      const own = rooms.person(message.userId);
      if (own) others.delete(own);
      return deliverRoot(typingRoot(message, now()), others, delivery);
    }
    if (message.kind === 'progress') {
      const { source } = progressRoot(BigInt(message.position), now());
      void queue.settled().then(() => {
        progress.moved((device) => device.shape.frame(source, contextFor(device.viewer)));
      });
      return;
    }
    for (const recorded of await dependencies.opener.open(message.values)) {
      if (recorded && 'event' in recorded) queueUp(recorded);
    }
  };

  const unsubscribe = await cache.subscribe(gatewayChannel(id), inOrder(receive, log), {
    onGap: () => everyoneResumes('Something was lost on our side: resume from your cursor'),
  });
  const renew = () => cache.registry.renew(id, { leaseMs: limits.leaseMs });
  await renew();
  const stay = async (): Promise<void> => {
    // Forgotten meanwhile: the courier passed by, and the rooms of those who are here are gone.
    if (!(await renew())) everyoneResumes('We were away for a moment: resume from your cursor');
  };
  const lease = setInterval(() => void stay().catch(() => undefined), limits.leaseMs / 3);
  lease.unref();

  const open = (request: EventsRequest): LiveStream => {
    const shape = dependencies.shapes.of(request.text, request.args);
    const device = openDevice(request, shape, limits.heldBytesMax);
    devices.add(device);
    const arrived = welcome(device, request, { ...dependencies, rooms });
    const { stream, fail } = openLiveStream(() => {
      devices.delete(device);
      device.leave();
      void arrived.then((arrival) => arrival.goodbye()).catch(() => undefined);
    });
    arrived
      .then((arrival) => arrival.caughtUp)
      .catch((cause: unknown) => {
        if (cause instanceof Error && cause.name === 'GraphQLError') return fail(cause);
        log.error({ cause: nameOf(cause) }, 'a device could not catch up');
        device.resumeLater('The platform is behind: resume in a moment');
      });
    return stream;
  };

  return {
    open,
    stats: () => ({ devices: devices.size, people: rooms.stats().people, executions }),
    [Symbol.asyncDispose]: async () => {
      clearInterval(lease);
      progress[Symbol.dispose]();
      await unsubscribe();
    },
  };
}

/** Messages are taken one after another: opening records waits, and order must not suffer. */
function inOrder(
  receive: (message: GatewayMessage) => Promise<void>,
  log: GatewayDependencies['log'],
): (text: string) => void {
  let last: Promise<void> = Promise.resolve();
  return (text) => {
    last = last
      .then(() => receive(JSON.parse(text)))
      .catch((cause: unknown) => log.error({ cause: nameOf(cause) }, 'a gateway message failed'));
  };
}

function nameOf(cause: unknown): string {
  return cause instanceof Error ? `${cause.name}: ${cause.message}` : 'unknown';
}
