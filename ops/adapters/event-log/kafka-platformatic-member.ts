import type { Broker, Connection } from '@platformatic/kafka';
import { ConnectionPool, Consumer, kGetConnection, offsetCommitV8 } from '@platformatic/kafka';
import type { Join, Membership } from './kafka-client.ts';
import { patience } from './kafka-client.ts';
import type { Base } from './kafka-platformatic.ts';
import { says } from './kafka-platformatic-errors.ts';
import type { Fetcher } from './kafka-platformatic-fetch.ts';
import { openFetcher } from './kafka-platformatic-fetch.ts';
import { EventLogUnavailable } from './port.ts';

/**
 * A member of a group that reads by itself what it owns. Its commits go out under the generation
 * they belong to: the library's own would join again, and then commit what is another's.
 */
export async function joinGroup(base: Base, request: Join): Promise<Membership> {
  const { topic, group, intake } = request;
  const consumer = new Consumer({
    ...base,
    groupId: group,
    sessionTimeout: patience.sessionMs,
    rebalanceTimeout: patience.rebalanceMs,
    heartbeatInterval: patience.heartbeatMs,
    heartbeatStallTimeout: patience.sessionMs,
    requestTimeout: 2 * patience.rebalanceMs, // joining waits for the others
  });
  // A broker answers in order: a commit would wait behind a question that waits for records.
  const pool = new ConnectionPool(base.clientId, base);
  let left = false;
  consumer.on('error', (cause: Error) => intake.fail(cause));
  consumer.on('consumer:heartbeat:stalled', () =>
    intake.fail(new EventLogUnavailable(`the group ${group} does not hear us`)),
  );
  consumer.on('consumer:group:join', ({ assignments }) => {
    intake.begin(assignments?.find((one) => one.topic === topic)?.partitions ?? []);
  });
  const leave = async (): Promise<void> => {
    left = true;
    intake.bell.ring();
    await Promise.all([pool.close(), consumer.close(true)]);
  };
  try {
    consumer.topics.track(topic);
    await consumer.joinGroup();
  } catch (cause) {
    await leave().catch(() => undefined);
    throw cause;
  }
  const reading = { consumer, fetcher: openFetcher(consumer, pool), isOver: () => left };
  keepReading(request, reading).catch((cause) => intake.fail(cause));
  return { commit: (next) => commit(consumer, topic, next), leave };
}

type Reading = {
  readonly consumer: Consumer;
  readonly fetcher: Fetcher;
  readonly isOver: () => boolean;
};

/** Reads what is owned, as far as it is wanted. */
async function keepReading(request: Join, { consumer, fetcher, isOver }: Reading) {
  const { topic, intake } = request;
  let generation = -1;
  let places = new Map<number, number>();
  while (!isOver()) {
    const rung = intake.bell.rung();
    if (generation !== intake.generation()) {
      generation = intake.generation();
      places = await placesOf(consumer, request, intake.owned());
      continue; // they may have been shared anew meanwhile
    }
    const wanted = new Map([...places].filter(([partition]) => intake.wants(partition)));
    if (wanted.size === 0) {
      await rung;
      continue;
    }
    const fetched = await fetcher.fetch(topic, wanted);
    if (generation !== intake.generation()) continue;
    for (const { partition, records, next } of fetched) {
      places.set(partition, next);
      intake.put(
        partition,
        records.map(({ epoch, ...record }) => record),
      );
    }
  }
}

/** Where each partition is read from: as told, as committed, or where the group begins. */
async function placesOf(
  consumer: Consumer,
  { topic, from, startAt }: Join,
  owned: readonly number[],
): Promise<Map<number, number>> {
  if (owned.length === 0) return new Map();
  const partitions = [...owned];
  const edges = (timestamp: bigint) =>
    consumer.listOffsets({ topics: [topic], partitions: { [topic]: partitions }, timestamp });
  const [begins, ends, committed] = await Promise.all([
    edges(-2n),
    edges(-1n),
    consumer.listCommittedOffsets({ topics: [{ topic, partitions }] }),
  ]);
  const places = new Map<number, number>();
  for (const partition of owned) {
    const begin = Number(begins.get(topic)?.[partition] ?? 0n);
    const end = Number(ends.get(topic)?.[partition] ?? 0n);
    const known = Number(committed.get(topic)?.[partition] ?? -1n);
    const told = (await startAt?.(partition)) ?? (known < 0 ? null : known);
    const place = told ?? (from === 'start' ? begin : end);
    // A place outside is that of another log, all of which is new, or of what was let go.
    places.set(partition, place > end ? begin : Math.max(place, begin));
  }
  return places;
}

async function commit(consumer: Consumer, topic: string, next: ReadonlyMap<number, number>) {
  const { groupId, generationId, memberId } = consumer;
  const [metadata, node] = await Promise.all([
    consumer.metadata({ topics: [topic] }),
    consumer.findGroupCoordinator(),
  ]);
  const broker = metadata.brokers.get(node);
  if (!broker) throw new EventLogUnavailable(`the coordinator of ${groupId} is not known`);
  const connection = await connect(consumer, broker);
  const partitions = [...next].map(([partitionIndex, offset]) => ({
    ...{ partitionIndex, committedOffset: BigInt(offset), committedLeaderEpoch: -1 },
  }));
  const topics = [{ name: topic, partitions }];
  const asked = [groupId, generationId, memberId ?? '', null, topics] as const;
  await offsetCommitV8.api.async(connection, ...asked).catch((cause: unknown) => {
    if (!says(cause).includes('ILLEGAL_GENERATION')) throw cause; // as for any older batch
  });
}

function connect(consumer: Consumer, broker: Broker): Promise<Connection> {
  return new Promise((resolve, reject) => {
    consumer[kGetConnection](broker, (cause, connection) => {
      if (connection) resolve(connection);
      else reject(cause);
    });
  });
}
