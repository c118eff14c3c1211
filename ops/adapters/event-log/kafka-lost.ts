import type { KafkaClient } from './kafka-client.ts';
import type { Consume, LogRecord } from './port.ts';

/** What a consumer was given last, by which it knows the log again when it comes back to it. */
export type Remembered = {
  note(records: readonly LogRecord[]): void;
  /** Where a partition starts, as in `Consume`: at its beginning where its log is another one. */
  readonly startAt: NonNullable<Consume['startAt']>;
};

/**
 * A topic that was deleted, or cut by a broker that lost its newest records, is written anew, and
 * may have grown past a consumer's place before that is noticed. So whoever comes back looks
 * whether the record that it was given last still lies there; where it does not, everything is
 * read again, as what is read twice harms nobody and what is passed over would be missed.
 */
export function rememberIn(
  client: Pick<KafkaClient, 'offsets' | 'read'>,
  { topic, startAt }: Pick<Consume, 'topic' | 'startAt'>,
): Remembered {
  const newest = new Map<number, LogRecord>();
  const isLost = async (record: LogRecord): Promise<boolean> => {
    const { partition, offset: from } = record;
    const [begins, ends] = await Promise.all([
      client.offsets(topic, 'begin'),
      client.offsets(topic, 'decided'),
    ]);
    if (from >= (ends[partition] ?? 0)) return true;
    if (from < (begins[partition] ?? 0)) return false; // let go by retention: nobody can say
    const found = await client.read(topic, new Map([[partition, { from, to: from + 1 }]]));
    return !found.some(({ key, value }) => key === record.key && value === record.value);
  };
  return {
    note: (records) => {
      for (const record of records) newest.set(record.partition, record);
    },
    startAt: async (partition) => {
      const known = newest.get(partition);
      if (known === undefined || !(await isLost(known))) return startAt?.(partition) ?? null;
      newest.delete(partition);
      return 0;
    },
  };
}
