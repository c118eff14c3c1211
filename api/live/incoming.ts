import type { ParleyEvent } from '../../domain/recorded.ts';
import type { GatewayMessage } from '../../schemas/records/gateway-message.ts';
import { openAttendance } from './attendance.ts';
import type { Recipients } from './delivery.ts';
import { deliver, deliverRoot } from './delivery.ts';
import type { Device } from './device.ts';
import type { GatewayDependencies } from './gateway.ts';
import { openKeyedQueue } from './keyed-queue.ts';
import { openNewest } from './newest.ts';
import { openProgress } from './progress-frames.ts';
import type { Rooms } from './rooms.ts';
import { progressRoot, typingRoot } from './roots.ts';

export type IncomingDependencies = GatewayDependencies & {
  readonly rooms: Rooms<Device>;
  readonly devices: ReadonlySet<Device>;
  /** Sends everybody back to their cursor: what is missing then comes by catching up. */
  readonly everyoneResumes: (reason: string) => void;
};

/** What couriers and other gateways bring to this one, on its way to the devices. */
export type Incoming = {
  /** A message as it was published; each conversation's events are sent in their order. */
  take(text: string): void;
  /** How often a document was executed for frames. */
  executions(): number;
  [Symbol.dispose](): void;
};

/** Of as many conversations and people it is remembered how far they came. */
const keysRememberedMax = 100_000;

export function openIncoming(dependencies: IncomingDependencies): Incoming {
  const { rooms, devices, reads, contextFor, limits, log, now, clock, beginFrame } = dependencies;
  const attendance = openAttendance(dependencies);
  const queue = openKeyedQueue(limits.recordsQueuedMax);
  const newest = openNewest(keysRememberedMax);
  const progress = openProgress({ everyMs: limits.progressEveryMs, clock, devices });
  let executions = 0;
  const delivery = {
    ...{ rooms, reads, contextFor, readModelWaitMs: limits.readModelWaitMs },
    changed: dependencies.people.forget,
    executed: (times: number) => {
      executions += times;
    },
  };

  const send = async (recorded: ParleyEvent): Promise<void> => {
    await attendance.before(recorded);
    await deliver(recorded, delivery);
    progress.somethingSent();
    await attendance.after(recorded);
  };

  const queueUp = (recorded: ParleyEvent, value: string): void => {
    const key = recorded.category === 'account' ? recorded.userId : recorded.conversationId;
    if (!newest.moves(key, recorded.position)) return;
    const span = beginFrame?.(value);
    const work = async (): Promise<void> => {
      try {
        await send(recorded);
        span?.end({ 'parley.outcome': 'ok' });
      } catch (cause) {
        span?.end({ 'parley.outcome': 'failed' });
        log.error({ cause: nameOf(cause), type: recorded.event.type }, 'a live frame failed');
        dependencies.everyoneResumes('Something broke on our side: resume from your cursor');
      }
    };
    if (queue.put(key, work)) return;
    dependencies.everyoneResumes('Too much at once: resume from your cursor');
  };

  const tellProgress = (position: bigint): void => {
    const { source } = progressRoot(position, now());
    void queue.settled().then(() => {
      progress.moved((device) => device.shape.frame(source, contextFor(device.viewer)));
    });
  };

  const receive = async (message: GatewayMessage): Promise<void> => {
    if (message.kind === 'progress') return tellProgress(BigInt(message.position));
    if (message.kind === 'typing') {
      return deliverRoot(typingRoot(message, now()), othersThan(message, rooms), delivery);
    }
    const opened = await dependencies.opener.open(message.values);
    for (const [at, recorded] of opened.entries()) {
      if (recorded && 'event' in recorded) queueUp(recorded, message.values[at] ?? '');
    }
  };
  return {
    take: inOrder(receive, (cause) => {
      log.error({ cause: nameOf(cause) }, 'a gateway message failed');
      dependencies.everyoneResumes('Something broke on our side: resume from your cursor');
    }),
    executions: () => executions,
    [Symbol.dispose]: () => progress[Symbol.dispose](),
  };
}

/** Who types knows it. */
function othersThan(
  { userId, conversationId }: Extract<GatewayMessage, { kind: 'typing' }>,
  rooms: Rooms<Device>,
): Recipients {
  const others = new Map(rooms.members(conversationId));
  const own = rooms.person(userId);
  if (own) others.delete(own);
  return others;
}

/** Messages are taken one after another: opening records waits, and order must not suffer. */
function inOrder(
  receive: (message: GatewayMessage) => Promise<void>,
  failed: (cause: unknown) => void,
): (text: string) => void {
  let last: Promise<void> = Promise.resolve();
  return (text) => {
    last = last.then(() => receive(JSON.parse(text))).catch(failed);
  };
}

function nameOf(cause: unknown): string {
  return cause instanceof Error ? `${cause.name}: ${cause.message}` : 'unknown';
}
