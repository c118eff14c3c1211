import { describe, expect, it } from 'vitest';
import type { KafkaWriter } from './kafka-writer.ts';
import { openKafkaWriter } from './kafka-writer.ts';
import { openKafkaInMemory } from './testing/kafka-in-memory.ts';

const append = (writer: KafkaWriter, epoch: number, value: string) =>
  writer.append(epoch, [{ key: '', value, partition: 0 }]);

describe('a writer to Kafka', () => {
  it('stops when a newer one has written between its look and its beginning', async () => {
    const kafka = openKafkaInMemory();
    const older = openKafkaWriter(kafka, 'topic');
    const newer = openKafkaWriter(kafka, 'topic');
    kafka.beforeSession(() => append(newer, 2, 'newer'));
    expect(await append(older, 1, 'older')).toEqual({ kind: 'fenced' });
    expect(await append(newer, 2, 'newer again')).toEqual({ kind: 'appended' });
    expect(kafka.records.map(({ value }) => value)).toEqual(['newer', 'newer again']);
  });

  it('goes on where an older one had shut it out, and writes nothing twice', async () => {
    const kafka = openKafkaInMemory();
    const leader = openKafkaWriter(kafka, 'topic');
    await append(leader, 2, 'one');
    await kafka.openSession('topic');
    expect(await append(leader, 2, 'two')).toEqual({ kind: 'appended' });
    expect(kafka.records.map(({ value }) => value)).toEqual(['one', 'two']);
  });

  it('says once that records are lost that it had written, and then goes on', async () => {
    const kafka = openKafkaInMemory();
    const writer = openKafkaWriter(kafka, 'topic');
    for (const value of ['one', 'two', 'three']) await append(writer, 1, value);
    kafka.loseNewest(2);
    await expect(append(writer, 1, 'four')).rejects.toThrow(/has lost records/);
    expect(kafka.records.map(({ value }) => value)).toEqual(['one']);
    expect(await append(writer, 1, 'two')).toEqual({ kind: 'appended' });
    expect(kafka.records.map(({ value }) => value)).toEqual(['one', 'two']);
  });

  it('does not disturb the newer one when it is seen before', async () => {
    const kafka = openKafkaInMemory();
    await append(openKafkaWriter(kafka, 'topic'), 2, 'newer');
    let begun = false;
    kafka.beforeSession(async () => {
      begun = true;
    });
    expect(await append(openKafkaWriter(kafka, 'topic'), 1, 'older')).toEqual({ kind: 'fenced' });
    expect(begun).toBe(false);
  });

  it('sends large records one by one, all of them in one transaction', async () => {
    const kafka = openKafkaInMemory();
    const chunks: number[] = [];
    const watched = {
      ...kafka,
      openSession: async (name: string) => {
        const session = await kafka.openSession(name);
        return {
          ...session,
          write: (batch: Parameters<typeof session.write>[0]) => {
            chunks.push(...batch.chunks.map(({ length }) => length));
            return session.write(batch);
          },
        };
      },
    };
    const large = { key: '', value: 'x'.repeat(300_000), partition: 0 };
    const small = { key: '', value: 'x', partition: 0 };
    await openKafkaWriter(watched, 'topic').append(1, [small, small, large, large, small]);
    expect(chunks).toEqual([2, 1, 1, 1]);
  });
});
