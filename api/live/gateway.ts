import { GraphQLError } from 'graphql';
import type { UserId } from '../../domain/ids.ts';
import type { Cache } from '../../ops/adapters/cache/port.ts';
import type { Span } from '../../ops/observe/port.ts';
import type { RecordOpener } from '../../ops/vault/port.ts';
import type { Clock } from '../../projections/clock.ts';
import { every } from '../../projections/clock.ts';
import { gatewayChannel } from '../../schemas/records/gateway-message.ts';
import { welcome } from './arrival.ts';
import type { LiveCounts } from './counts.ts';
import type { Device } from './device.ts';
import { openDevice } from './device.ts';
import { openIncoming } from './incoming.ts';
import type { KnownPeople } from './known-people.ts';
import type { LiveReads } from './live-reads.ts';
import { openLiveStream } from './live-stream.ts';
import type { EventsRequest, LiveStream } from './operations.ts';
import { openRooms } from './rooms.ts';
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
  readonly contextFor: (viewer: UserId) => object;
  readonly now: () => number;
  readonly clock: Clock;
  readonly log: { error(facts: object, message: string): void };
  readonly limits: GatewayLimits;
  readonly counts: Pick<LiveCounts, 'catchUps'>;
  /** Begins the span of a record’s frames, where its trace is recorded. */
  readonly beginFrame?: ((value: string) => Pick<Span, 'end'> | null) | undefined;
};

/**
 * Brings what happens to the devices of this process. One frame is made for all viewers who see the
 * same; its order within a conversation is that of the log; what a device missed before it came is
 * sent first.
 */
export type Gateway = {
  open(request: EventsRequest): LiveStream;
  stats(): { readonly devices: number; readonly people: number; readonly executions: number };
  [Symbol.asyncDispose](): Promise<void>;
};

export async function openGateway(dependencies: GatewayDependencies): Promise<Gateway> {
  const { cache, id, limits, log, counts } = dependencies;
  const rooms = openRooms<Device>();
  const devices = new Set<Device>();
  const everyoneResumes = (reason: string): void => {
    for (const device of devices) device.resumeLater(reason);
  };
  const incoming = openIncoming({ ...dependencies, rooms, devices, everyoneResumes });

  const unsubscribe = await cache.subscribe(gatewayChannel(id), incoming.take, {
    onGap: () => everyoneResumes('Something was lost on our side: resume from your cursor'),
  });
  const lease = await keepLease({ ...dependencies, leaseMs: limits.leaseMs }, () =>
    everyoneResumes('We were away for a moment: resume from your cursor'),
  );

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
      .then(() => {
        counts.catchUps.done += 1;
      })
      .catch((cause: unknown) => {
        counts.catchUps[cause instanceof GraphQLError ? 'refused' : 'failed'] += 1;
        if (cause instanceof GraphQLError) return fail(cause);
        log.error({ cause: nameOf(cause) }, 'a device could not catch up');
        device.resumeLater('The platform is behind: resume in a moment');
      });
    return stream;
  };

  return {
    open,
    stats: () => ({
      devices: devices.size,
      people: rooms.stats().people,
      executions: incoming.executions(),
    }),
    [Symbol.asyncDispose]: async () => {
      lease[Symbol.dispose]();
      await unsubscribe();
      incoming[Symbol.dispose]();
    },
  };
}

/**
 * Says again and again that this gateway is there. When it had been forgotten, the courier passed
 * it by and the rooms of those who are here are gone: `forgotten` is called.
 */
async function keepLease(
  {
    id,
    cache,
    clock,
    leaseMs,
  }: Pick<GatewayDependencies, 'id' | 'cache' | 'clock'> & { readonly leaseMs: number },
  forgotten: () => void,
): Promise<Disposable> {
  const renew = () => cache.registry.renew(id, { leaseMs });
  await renew();
  const again = async (): Promise<void> => {
    if (!(await renew())) forgotten();
  };
  return every(clock, leaseMs / 3, () => void again().catch(() => undefined));
}

function nameOf(cause: unknown): string {
  return cause instanceof Error ? `${cause.name}: ${cause.message}` : 'unknown';
}
