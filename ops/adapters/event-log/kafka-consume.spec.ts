import { describe, expect, it } from 'vitest';
import { consumeFrom } from './kafka-consume.ts';
import type { LogBatch } from './port.ts';
import { openKafkaInMemory } from './testing/kafka-in-memory.ts';

const record = (offset: number) => ({ partition: 0, offset, key: '', value: `${offset}` });

function begin() {
  const kafka = openKafkaInMemory();
  const stop = new AbortController();
  const request = { topic: 'topic', group: 'group', from: 'start', recordsMax: 2 } as const;
  const batches = consumeFrom(kafka, { ...request, signal: stop.signal });
  const next = async (): Promise<LogBatch> => {
    const { value } = await batches.next();
    if (!value) throw new Error('there are no more batches');
    return value;
  };
  const intake = async (membership: number) => {
    await expect.poll(() => kafka.joined.length, { timeout: 20_000 }).toBe(membership);
    return kafka.joined[membership - 1]?.intake ?? expect.fail('nobody joined');
  };
  return { kafka, next, intake, end: () => stop.abort() };
}

describe('a member of a group', () => {
  it('commits what it was given, and nothing once partitions were shared anew', async () => {
    const { kafka, next, intake, end } = begin();
    const coming = next();
    const lying = await intake(1);
    lying.begin([0]);
    lying.put(0, [record(0), record(1), record(2)]);
    await (await coming).commit();
    const later = await next();
    lying.begin([0]);
    await later.commit();
    expect(kafka.commits).toEqual([new Map([[0, 2]])]);
    end();
  });

  it('is given nothing that was read before partitions were shared anew', async () => {
    const { next, intake, end } = begin();
    const coming = next();
    const lying = await intake(1);
    lying.begin([0]);
    lying.put(0, [record(0)]);
    await coming;
    lying.put(0, [record(1)]);
    lying.begin([0]);
    lying.put(0, [record(1), record(2)]);
    expect((await next()).records.map(({ offset }) => offset)).toEqual([1, 2]);
    end();
  });

  it('is told what cannot be healed, such as a place that could not be looked up', async () => {
    const { next, intake } = begin();
    const coming = next();
    (await intake(1)).fail(new Error('the tables are away'));
    await expect(coming).rejects.toThrow('the tables are away');
  });
});
