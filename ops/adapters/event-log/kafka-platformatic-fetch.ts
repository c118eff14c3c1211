import type {
  ClusterMetadata,
  ConnectionPool,
  Consumer,
  fetchV17,
  RecordsBatch,
} from '@platformatic/kafka';
import { FetchIsolationLevels } from '@platformatic/kafka';
import type { KafkaClient, StoredRecord } from './kafka-client.ts';
import { epochHeader, fetchBytesMax, patience } from './kafka-client.ts';
import { EventLogUnavailable } from './port.ts';

/** What one look at a partition brought. */
export type Fetched = {
  readonly partition: number;
  readonly records: readonly StoredRecord[];
  readonly next: number; // the offset to look at next
};

export type Fetcher = {
  /** Looks at each of these places; waits a little where there is nothing. */
  fetch(topic: string, places: ReadonlyMap<number, number>): Promise<readonly Fetched[]>;
  read: KafkaClient['read'];
};

const isTransactional = 0b01_0000;
const isControl = 0b10_0000;

/**
 * The library leaves out what was aborted only if its end lies in the same answer, and of two by
 * one producer only the later; so records are sifted here.
 */
export function openFetcher(consumer: Consumer, connectionPool?: ConnectionPool): Fetcher {
  const fetch: Fetcher['fetch'] = async (topic, places) => {
    consumer.topics.track(topic);
    const metadata = await consumer.metadata({ topics: [topic] });
    const asked = [...byLeader(metadata, topic, places)].map(([node, partitions]) =>
      consumer.fetch({
        node,
        topics: [{ topicId: metadata.topics.get(topic)?.id ?? '', partitions }],
        ...{ minBytes: 1, maxBytes: fetchBytesMax.all, maxWaitTime: patience.fetchWaitMs },
        isolationLevel: FetchIsolationLevels.READ_COMMITTED,
        ...(connectionPool && { connectionPool }),
      }),
    );
    const answers = await Promise.all(asked);
    return answers
      .flatMap(({ responses }) => responses.flatMap(({ partitions }) => partitions))
      .flatMap((found) => {
        const from = places.get(found.partitionIndex);
        return from === undefined ? [] : [sift(found, from)];
      });
  };
  return {
    fetch,
    read: async (topic, ranges) => {
      const records: StoredRecord[] = [];
      const places = new Map([...ranges].map(([partition, { from }]) => [partition, from]));
      while (places.size > 0) {
        for (const { partition, records: found, next } of await fetch(topic, places)) {
          const to = ranges.get(partition)?.to ?? 0;
          records.push(...found.filter(({ offset }) => offset < to));
          if (next < to) places.set(partition, next);
          else places.delete(partition);
        }
      }
      return records;
    },
  };
}

function byLeader(
  metadata: ClusterMetadata,
  topic: string,
  places: ReadonlyMap<number, number>,
): ReadonlyMap<number, FetchPartition[]> {
  const requests = new Map<number, FetchPartition[]>();
  for (const [partition, fetchOffset] of places) {
    const leader = metadata.topics.get(topic)?.partitions[partition]?.leader ?? -1;
    if (leader < 0) throw new EventLogUnavailable(`partition ${partition} has no leader`);
    const request = requests.get(leader) ?? [];
    requests.set(leader, request);
    request.push({
      partition,
      fetchOffset: BigInt(fetchOffset),
      partitionMaxBytes: fetchBytesMax.partition,
      currentLeaderEpoch: -1,
      lastFetchedEpoch: -1,
    });
  }
  return requests;
}

type FetchPartition = Parameters<Consumer['fetch']>[0]['topics'][number]['partitions'][number];

/**
 * Without what opens and closes transactions, and without what was aborted: Kafka says which
 * producers' records are not to be read, and from where; a producer's next marker ends that.
 */
function sift(
  { partitionIndex: partition, ...found }: fetchV17.FetchResponsePartition,
  from: number,
): Fetched {
  const aborted = [...(found.abortedTransactions ?? [])].sort((a, b) =>
    Number(a.firstOffset - b.firstOffset),
  );
  const unread = new Set<bigint>(); // producers
  const records: StoredRecord[] = [];
  let next = from;
  for (const batch of found.records ?? []) {
    const last = batch.firstOffset + BigInt(batch.lastOffsetDelta);
    next = Math.max(next, Number(last) + 1);
    while (aborted[0] && aborted[0].firstOffset <= last) {
      unread.add(aborted.shift()?.producerId ?? -1n);
    }
    if (batch.attributes & isControl) unread.delete(batch.producerId);
    else if (!(batch.attributes & isTransactional && unread.has(batch.producerId))) {
      for (const record of recordsOf(batch, partition)) {
        if (record.offset >= from) records.push(record);
      }
    }
  }
  return { partition, records, next };
}

function recordsOf(batch: RecordsBatch, partition: number): readonly StoredRecord[] {
  return batch.records.map(({ offsetDelta, key, value, headers }) => {
    const epoch = headers.find(([name]) => name?.toString() === epochHeader)?.[1];
    return {
      partition,
      offset: Number(batch.firstOffset) + offsetDelta,
      key: key?.toString() ?? '',
      value: value?.toString() ?? '',
      epoch: Number(epoch?.toString() ?? 0),
    };
  });
}
