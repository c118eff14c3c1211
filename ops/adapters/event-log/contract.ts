import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EventLog, LogBatch, LogRecord } from './port.ts';
import { groupsContract } from './testing/groups.ts';
import { openReader, readAll, take, topicOf } from './testing/reading.ts';

/** A log that nothing else uses. */
export type Opened = {
  readonly log: EventLog;
  /** Lets time pass for retention, where the driver's clock can be moved. */
  readonly pass: ((ms: number) => void) | null;
  dispose(): Promise<void>;
};

/** What every driver of the port must do. */
export function eventLogContract(name: string, open: () => Promise<Opened>): void {
  describe(`the event log, ${name},`, () => {
    let opened: Opened | null = null;
    const log = (): EventLog => {
      if (opened === null) throw new Error('the log is opened before the first test');
      return opened.log;
    };
    beforeAll(async () => {
      opened = await open();
    });
    afterAll(() => opened?.dispose());

    topicsContract(log);
    readingContract(log);
    groupsContract(log);

    it('lets records go that are older than the retention', async (test) => {
      const pass = opened?.pass;
      if (!pass) return test.skip('the clock of this driver cannot be moved');
      const topic = await topicOf(log(), { partitions: 1, retentionMs: 1_000 });
      await log().append({ topic, epoch: 1, records: [{ key: 'a', value: 'old' }] });
      await settled(log(), topic);
      pass(2_000);
      await log().append({ topic, epoch: 1, records: [{ key: 'a', value: 'new' }] });
      // An append lets go what the file has by then: on a busy machine not at once.
      const oldest = async () => {
        await log().append({ topic, epoch: 1, records: [{ key: 'a', value: 'newer' }] });
        return (await readAll(log(), topic, 'newer'))[0]?.value;
      };
      await expect.poll(oldest, { timeout: 20_000 }).toBe('new');
    });
  });
}

/** Waits until a reader has seen what there is. */
async function settled(log: EventLog, topic: string): Promise<void> {
  const newest = (await log.newest(topic)).find((record) => record !== null);
  await readAll(log, topic, newest?.value ?? '');
}

function topicsContract(log: () => EventLog): void {
  it('keeps the partitions that a topic was made with', async () => {
    const topic = await topicOf(log(), { partitions: 4 });
    await log().ensureTopic(topic, { partitions: 4, retentionMs: 'for-ever' });
    await expect(
      log().ensureTopic(topic, { partitions: 5, retentionMs: 'for-ever' }),
    ).rejects.toThrow(/has 4 partitions, not 5/);
  });

  it('says of a topic that nobody made what to do', async () => {
    await expect(log().newest('none')).rejects.toThrow(/ensureTopic/);
  });

  it('says where each partition ends, also where nothing is', async () => {
    const topic = await topicOf(log(), { partitions: 2 });
    expect(await log().ends(topic)).toEqual([0, 0]);
    const records = ['a', 'b'].map((value) => ({ key: '', partition: 1, value }));
    await log().append({ topic, epoch: 1, records });
    const newest = (await log().newest(topic))[1];
    expect(await log().ends(topic)).toEqual([0, (newest?.offset ?? 0) + 1]);
  });

  it('refuses a writer of an older epoch, and stores nothing of it', async () => {
    const topic = await topicOf(log(), { partitions: 1 });
    const write = (epoch: number, value: string) =>
      log().append({ topic, epoch, records: [{ key: 'a', value }] });
    expect(await write(2, 'two')).toEqual({ kind: 'appended' });
    expect(await write(1, 'one')).toEqual({ kind: 'fenced' });
    expect(await write(2, 'two again')).toEqual({ kind: 'appended' });
    expect(await write(3, 'three')).toEqual({ kind: 'appended' });
    const values = (await readAll(log(), topic, 'three')).map(({ value }) => value);
    expect(values).toEqual(['two', 'two again', 'three']);
  });

  it('is healthy', async () => {
    expect(await log().health()).toEqual({ ok: true });
  });
}

function readingContract(log: () => EventLog): void {
  it('keeps the order of each key in one partition, whoever writes beside it', async () => {
    const topic = await topicOf(log(), { partitions: 4 });
    const keys = Array.from({ length: 12 }, (_, at) => `key-${at}`);
    const appendAll = async (key: string): Promise<void> => {
      for (let n = 0; n < 20; n += 1) {
        await log().append({ topic, epoch: 1, records: [{ key, value: `${key} ${n}` }] });
      }
    };
    await Promise.all(keys.map(appendAll));
    const found = await openReader(log(), topic).until((all) => all.length === 240);
    for (const key of keys) {
      const mine = found.filter((record) => record.key === key);
      expect(mine.map(({ value }) => value)).toEqual(
        Array.from({ length: 20 }, (_, n) => `${key} ${n}`),
      );
      expect(new Set(mine.map(({ partition }) => partition)).size).toBe(1);
    }
    for (const partition of [0, 1, 2, 3]) expectGrowing(found, partition);
  });

  it('puts a record where it is told to, and says the newest of each partition', async () => {
    const topic = await topicOf(log(), { partitions: 3 });
    const records = [
      { key: '', partition: 2, value: 'first' },
      { key: '', partition: 2, value: 'second' },
      { key: '', partition: 0, value: 'third' },
    ];
    await log().append({ topic, epoch: 1, records });
    const newest = await log().newest(topic);
    expect(newest.map((record) => record?.value ?? null)).toEqual(['third', null, 'second']);
  });

  it('carries any text, short and long', async () => {
    const topic = await topicOf(log(), { partitions: 1 });
    const values = ['', 'עברית and 漢字 🐈', 'x'.repeat(1_048_576), 'last'];
    const records = values.map((value) => ({ key: 'ключ', value }));
    await log().append({ topic, epoch: 1, records });
    const found = await readAll(log(), topic, 'last');
    expect(found.map(({ value }) => value)).toEqual(values);
    expect(found[0]?.key).toBe('ключ');
  });

  it('gives no more at once than it was asked for, and something of each partition', async () => {
    const topic = await topicOf(log(), { partitions: 4 });
    const records = Array.from({ length: 400 }, (_, at) => {
      return { key: '', partition: at % 4, value: String(at) };
    });
    await log().append({ topic, epoch: 1, records });
    const batches: LogBatch[] = [];
    await take(log(), { topic, recordsMax: 40 }, (batch) => {
      batches.push(batch);
      return batches.flatMap((each) => each.records).length < 400;
    });
    expect(Math.max(...batches.map((batch) => batch.records.length))).toBeLessThanOrEqual(40);
    const first = new Set(batches[0]?.records.map(({ partition }) => partition));
    expect([...first].sort()).toEqual([0, 1, 2, 3]);
  });

  it('waits when there is nothing, and ends when it is told to', async () => {
    const topic = await topicOf(log(), { partitions: 2 });
    const stop = new AbortController();
    const request = {
      topic,
      group: 'g',
      from: 'start',
      recordsMax: 9,
      signal: stop.signal,
    } as const;
    const items = log().consume(request)[Symbol.asyncIterator]();
    const waiting = items.next();
    await log().append({ topic, epoch: 1, records: [{ key: 'a', value: 'came' }] });
    const came = await waiting;
    expect(came.done ? null : came.value.records[0]?.value).toBe('came');
    const ending = items.next();
    stop.abort();
    expect((await ending).done).toBe(true);
  });
}

function expectGrowing(records: readonly LogRecord[], partition: number): void {
  const offsets = records.filter((record) => record.partition === partition).map((r) => r.offset);
  expect(offsets).toEqual([...new Set(offsets)].sort((a, b) => a - b));
}
