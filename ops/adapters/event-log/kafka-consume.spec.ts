import { describe, expect, it } from 'vitest';
import { consumeFrom } from './kafka-consume.ts';
import type { LogBatch } from './port.ts';
import { Away, openKafkaInMemory } from './testing/kafka-in-memory.ts';

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

  const comeBackTo = async (lost: number, written: readonly string[]) => {
    const { kafka, next, intake, end } = begin();
    const write = async (values: readonly string[]) => {
      const session = await kafka.openSession('writer');
      const chunk = values.map((value) => ({ key: '', partition: 0, value }));
      await session.write({ topic: 'topic', epoch: 1, chunks: [chunk] });
    };
    await write(['0', '1', '2']);
    const coming = next();
    const lying = await intake(1);
    lying.begin([0]);
    lying.put(0, kafka.records);
    await coming;
    await next();
    kafka.loseNewest(lost);
    if (written.length > 0) await write(written);
    const later = next();
    lying.fail(new Away());
    await intake(2);
    const place = await kafka.joined[1]?.startAt?.(0);
    end();
    await later.catch(() => undefined);
    return place;
  };

  it('begins anew where its place lies beyond the end of a log that was cut', async () => {
    expect(await comeBackTo(2, [])).toBe(0);
  });

  it('begins anew where a log that was cut has grown past its place since', async () => {
    expect(await comeBackTo(2, ['1', 'shifted', '3', '4'])).toBe(0);
  });

  it('goes on where it was when the log is the same', async () => {
    expect(await comeBackTo(0, ['3'])).toBe(null);
  });

  it('is told what cannot be healed, such as a place that could not be looked up', async () => {
    const { next, intake } = begin();
    const coming = next();
    (await intake(1)).fail(new Error('the tables are away'));
    await expect(coming).rejects.toThrow('the tables are away');
  });
});
