import type { ConversationId, UserId } from '../../domain/ids.ts';
import type { Cache } from '../../ops/adapters/cache/port.ts';
import type { EventLog, LogRecord } from '../../ops/adapters/event-log/port.ts';
import type { Tables } from '../../ops/adapters/tables/port.ts';
import type { Clock } from '../../projections/clock.ts';
import type { LogValue } from '../../schemas/records/envelope.ts';
import { conversationRoom, gatewayChannel } from '../../schemas/records/gateway-message.ts';
import { eventsPartitions, eventsTopic } from '../../schemas/records/topics.ts';
import type { Lease } from '../lease.ts';
import { waitForLease } from '../lease.ts';
import type { Worker } from '../worker.ts';
import type { FrameLimits } from './frames.ts';
import { framesOf, progressFrame } from './frames.ts';
import { concernedBy } from './rooms.ts';
import { leastOf, note, readValue, sentBefore } from './sent.ts';

/** What the courier works with. */
export type CourierDependencies = {
  readonly eventLog: EventLog;
  readonly cache: Cache;
  readonly tables: Tables; // for its lease
  /** Current conversations of a person, at most `conversationsMax` of them. */
  readonly conversationsOf: (
    userId: UserId,
    conversationsMax: number,
  ) => Promise<readonly ConversationId[]>;
  readonly clock: Clock;
  readonly holder: string; // unique among all couriers
  readonly leaseMs?: number | undefined; // 5,000 unless told
  readonly recordsMax?: number | undefined; // in one batch; 500 unless told
  readonly conversationsMax?: number | undefined; // told of a changed profile; 5,000 unless told
  readonly frame?: FrameLimits | undefined; // 200 values or 256 Ki characters unless told
};

/**
 * Hands each gateway every record that concerns somebody connected to it, in order for each key,
 * and then how far that is. It goes on from its committed offset: what happened while no courier
 * ran is delivered late rather than never, so a device that stayed connected has no hole (law 9).
 * What is sent again after a crash gateways drop by position. One courier works, by lease, because
 * "everything up to P was sent" is a sentence about all partitions; the others wait.
 */
export function courier(dependencies: CourierDependencies): Worker {
  const { tables, clock, eventLog, holder, leaseMs = 5_000 } = dependencies;
  const run = async (signal: AbortSignal) => {
    await eventLog.ensureTopic(eventsTopic, {
      partitions: eventsPartitions,
      retentionMs: 'for-ever',
    });
    while (!signal.aborted) {
      const lease = await waitForLease({ tables, name: 'courier', holder, clock, leaseMs }, signal);
      if (lease === null) return;
      try {
        await deliver(dependencies, lease);
      } finally {
        await lease.release();
      }
    }
  };
  return { name: 'courier', serves: 'people', run };
}

const group = 'courier';

async function deliver(dependencies: CourierDependencies, { held }: Lease): Promise<void> {
  const { eventLog, cache, recordsMax = 500 } = dependencies;
  const sent = await sentBefore(eventLog, { topic: eventsTopic, group });
  let told = await tell(cache, leastOf(sent, eventsPartitions) ?? 0n, 0n);
  const batches = eventLog.consume({
    topic: eventsTopic,
    group,
    from: 'start',
    recordsMax,
    signal: held,
  });
  for await (const batch of batches) {
    const values = batch.records.map(({ value }) => readValue(value));
    await send(dependencies, batch.records, values);
    await batch.commit();
    for (const [at, { partition }] of batch.records.entries()) {
      const value = values[at];
      if (value) note(sent, partition, BigInt(value.position));
    }
    told = await tell(cache, leastOf(sent, eventsPartitions) ?? told, told);
  }
}

/** Says how far everything is, to every gateway, when that has moved. */
async function tell(cache: Cache, reached: bigint, told: bigint): Promise<bigint> {
  if (reached <= told) return told;
  const frame = progressFrame(reached);
  for (const gateway of await cache.registry.gateways()) {
    await cache.publish(gatewayChannel(gateway), frame);
  }
  return reached;
}

/** One look at the registry for a whole batch; gateways without anybody concerned get nothing. */
async function send(
  dependencies: CourierDependencies,
  records: readonly LogRecord[],
  values: readonly (LogValue | null)[],
): Promise<void> {
  const { cache, frame = { valuesMax: 200, charactersMax: 256 * 1024 } } = dependencies;
  const rooms = await roomsOf(dependencies, values);
  const concerned = [...new Set(rooms.flat())];
  if (concerned.length === 0) return;
  const gatewaysOf = await cache.registry.gatewaysOf(concerned);
  const mail = new Map<string, string[]>();
  for (const [at, { value }] of records.entries()) {
    const gateways = new Set((rooms[at] ?? []).flatMap((room) => gatewaysOf.get(room) ?? []));
    for (const gateway of gateways) {
      const values = mail.get(gateway);
      if (values) values.push(value);
      else mail.set(gateway, [value]);
    }
  }
  for (const [gateway, values] of mail) {
    for (const message of framesOf(values, frame)) {
      await cache.publish(gatewayChannel(gateway), message);
    }
  }
}

async function roomsOf(
  { conversationsOf, conversationsMax = 5_000 }: CourierDependencies,
  values: readonly (LogValue | null)[],
): Promise<readonly (readonly string[])[]> {
  const concerned = values.map((value) =>
    value?.kind === 'event' ? concernedBy(value) : { rooms: [], companionsOf: null },
  );
  const shared = new Map<UserId, readonly string[]>();
  for (const { companionsOf } of concerned) {
    if (companionsOf === null || shared.has(companionsOf)) continue;
    const conversations = await conversationsOf(companionsOf, conversationsMax);
    shared.set(companionsOf, conversations.map(conversationRoom));
  }
  return concerned.map(({ rooms, companionsOf }) =>
    companionsOf === null ? rooms : [...rooms, ...(shared.get(companionsOf) ?? [])],
  );
}
