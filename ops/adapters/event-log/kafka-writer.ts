import { setTimeout as pause } from 'node:timers/promises';
import type { KafkaClient, PlacedRecord, Session } from './kafka-client.ts';
import { tailsOf } from './kafka-newest.ts';
import { EventLogUnavailable } from './port.ts';

export type KafkaWriter = {
  append(
    epoch: number,
    records: readonly PlacedRecord[],
  ): Promise<{ readonly kind: 'appended' } | { readonly kind: 'fenced' }>;
  close(): Promise<void>;
};

const seenWithinMs = 5_000;
const attemptsMax = 3;
const chunkCharactersMax = 262_144;

/**
 * The one who writes to a topic. Kafka shuts out whoever began to write before us, but knows no
 * epochs of ours: those stand in a header of each record, and who begins to write looks at the
 * newest ones. From then on nobody else writes without shutting us out, so none can be missed.
 */
export function openKafkaWriter(client: KafkaClient, topic: string): KafkaWriter {
  let session: { readonly epoch: number; readonly of: Session } | null = null;
  let newestEpoch = 0;
  const last = new Map<number, number>(); // offset that we have written, by partition
  let turn: Promise<unknown> = Promise.resolve();

  const drop = async (): Promise<void> => {
    const dropped = session;
    session = null;
    await dropped?.of.close().catch(() => undefined);
  };
  const lookUp = async (): Promise<void> => {
    const tails = await tailsOf(client, topic);
    newestEpoch = Math.max(newestEpoch, ...tails.map(({ newest }) => newest?.epoch ?? 0));
    const isLost = tails.some(({ end }, partition) => end <= (last.get(partition) ?? -1));
    if (isLost) throw lost();
  };
  /** A broker that lost power may lack what it had answered for: who wrote it looks again. */
  const lost = (): EventLogUnavailable => {
    last.clear();
    return new EventLogUnavailable('Kafka has lost records that it had taken');
  };
  /** Null when somebody of a newer epoch has written. */
  const begin = async (epoch: number): Promise<Session | null> => {
    if (session?.epoch === epoch && session.of.isSound()) return session.of;
    await drop();
    await lookUp(); // who is too old anyhow shuts nobody out
    if (epoch < newestEpoch) return null;
    session = { epoch, of: await client.openSession(`parley/${topic}`) };
    await lookUp();
    if (epoch >= newestEpoch) return session.of;
    await drop();
    return null;
  };
  const append = async (epoch: number, records: readonly PlacedRecord[]) => {
    const chunks = chunksOf(records);
    for (let attempt = 1; ; attempt += 1) {
      if (epoch < newestEpoch) return { kind: 'fenced' } as const;
      try {
        const writing = await begin(epoch);
        if (writing === null) return { kind: 'fenced' } as const;
        const written = await writing.write({ topic, epoch, chunks });
        newestEpoch = epoch;
        if ([...written].some(([at, offset]) => offset <= (last.get(at) ?? -1))) throw lost();
        await seen(client, topic, written);
        for (const [partition, offset] of written) last.set(partition, offset);
        return { kind: 'appended' } as const;
      } catch (cause) {
        await drop();
        // Whoever shut us out may be of an older epoch than ours.
        if (client.kindOf(cause) !== 'shut-out' || attempt === attemptsMax) throw cause;
      }
    }
  };
  return {
    append: (epoch, records) => {
      const appended = turn.then(() => append(epoch, records));
      turn = appended.catch(() => undefined);
      return appended;
    },
    close: async () => {
      await turn;
      await drop();
    },
  };
}

/** What is committed can be read a moment later: whoever is told "appended" finds it. */
async function seen(
  client: KafkaClient,
  topic: string,
  written: ReadonlyMap<number, number>,
): Promise<void> {
  const until = performance.now() + seenWithinMs;
  for (let pauseMs = 1; performance.now() < until; pauseMs = Math.min(2 * pauseMs, 100)) {
    const decided = await client.offsets(topic, 'decided').catch(() => []);
    const isSeen = [...written].every(([partition, offset]) => (decided[partition] ?? 0) > offset);
    if (isSeen) return;
    await pause(pauseMs);
  }
  throw new EventLogUnavailable('what was committed cannot be read yet');
}

/** One request carries far less than a broker takes, unless a single record is that large. */
function chunksOf(records: readonly PlacedRecord[]): readonly (readonly PlacedRecord[])[] {
  const chunks: PlacedRecord[][] = [];
  let characters = Number.POSITIVE_INFINITY;
  for (const record of records) {
    const { length } = record.value;
    if (characters + length > chunkCharactersMax) {
      chunks.push([]);
      characters = 0;
    }
    chunks.at(-1)?.push(record);
    characters += length;
  }
  return chunks;
}
