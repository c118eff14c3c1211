import type { KafkaClient, Range, StoredRecord } from './kafka-client.ts';

/** A partition as it stands. */
export type Tail = {
  readonly newest: StoredRecord | null;
  readonly begin: number;
  readonly end: number; // the offset after every record there is or was
};

const firstLook = 16; // offsets from the end

/**
 * The newest record of each partition. Behind it lie what closes a transaction and what was given
 * up, so it is looked for backwards, in steps that grow.
 */
export async function tailsOf(client: KafkaClient, topic: string): Promise<readonly Tail[]> {
  const [begins, ends] = await Promise.all([
    client.offsets(topic, 'begin'),
    client.offsets(topic, 'decided'),
  ]);
  const found = new Map<number, StoredRecord>();
  let open = new Map(
    ends.flatMap((to, partition) => {
      const begin = begins[partition] ?? 0;
      return to > begin
        ? [[partition, { from: Math.max(begin, to - firstLook), to }] as const]
        : [];
    }),
  );
  while (open.size > 0) {
    for (const record of await client.read(topic, open)) {
      const before = found.get(record.partition);
      if (!before || before.offset < record.offset) found.set(record.partition, record);
    }
    open = new Map(
      [...open].flatMap(([partition, range]): readonly (readonly [number, Range])[] => {
        const begin = begins[partition] ?? 0;
        if (found.has(partition) || range.from <= begin) return [];
        const from = Math.max(begin, range.from - 8 * (range.to - range.from));
        return [[partition, { from, to: range.from }]];
      }),
    );
  }
  return ends.map((_, partition) => {
    const newest = found.get(partition) ?? null;
    const begin = begins[partition] ?? 0;
    return { newest, begin, end: newest === null ? begin : newest.offset + 1 };
  });
}
