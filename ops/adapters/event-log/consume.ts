import type { Groups } from './groups.ts';
import type { Partition } from './partitions.ts';
import type { Consume, LogBatch, LogRecord } from './port.ts';
import type { WriteBehind } from './write-behind.ts';

/** What a consumer reads from. */
export type Source = {
  readonly partitions: readonly Pick<Partition, 'next' | 'oldest' | 'read'>[];
  readonly groups: Groups;
  readonly waiting: Pick<WriteBehind, 'commit' | 'committed'>;
  readonly wake: () => void;
  readonly woken: () => Promise<void>;
};

/** One member of a group: batches of what is there, until the signal. */
export async function* consume(source: Source, request: Consume): AsyncGenerator<LogBatch> {
  const { topic, group, signal, recordsMax } = request;
  const member = source.groups.join(`${topic}/${group}`, source.partitions.length);
  const positions = new Map<number, number>();
  signal.addEventListener('abort', source.wake);
  let generation = -1;
  try {
    while (!signal.aborted) {
      if (generation !== member.generation) {
        positions.clear();
        generation = member.generation;
      }
      const woken = source.woken();
      for (const partition of member.owned) {
        if (!positions.has(partition)) {
          positions.set(partition, await startOf(source, request, partition));
        }
      }
      const records = readFairly(source.partitions, positions, recordsMax);
      if (generation !== member.generation) continue;
      if (records.length === 0) {
        await woken;
        continue;
      }
      const ends = endsOf(records);
      for (const [partition, next] of ends) positions.set(partition, next);
      const commit = async (): Promise<void> => {
        if (generation !== member.generation) return;
        for (const [partition, next] of ends) {
          source.waiting.commit({ topic, group, partition }, next);
        }
      };
      yield { records, commit };
    }
  } finally {
    signal.removeEventListener('abort', source.wake);
    member.leave();
  }
}

async function startOf(source: Source, request: Consume, at: number): Promise<number> {
  const { topic, group } = request;
  const partition = source.partitions[at];
  if (!partition) throw new Error(`topic ${topic} has no partition ${at}`);
  const given = await request.startAt?.(at);
  const start = given ?? source.waiting.committed({ topic, group, partition: at });
  if (start !== null) return Math.max(start, partition.oldest());
  return request.from === 'start' ? partition.oldest() : partition.next();
}

/**
 * Each partition gets an equal part of the batch, and what one leaves others may use in the next.
 */
function readFairly(
  partitions: Source['partitions'],
  positions: ReadonlyMap<number, number>,
  recordsMax: number,
): readonly LogRecord[] {
  const waiting = [...positions].filter(([at, from]) => from < (partitions[at]?.next() ?? 0));
  const share = Math.max(1, Math.floor(recordsMax / Math.max(1, waiting.length)));
  return waiting.flatMap(([at, from]) => partitions[at]?.read(from, share) ?? []);
}

function endsOf(records: readonly LogRecord[]): ReadonlyMap<number, number> {
  return new Map(records.map(({ partition, offset }) => [partition, offset + 1]));
}
