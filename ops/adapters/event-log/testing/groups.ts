import { expect, it } from 'vitest';
import type { EventLog } from '../port.ts';
import { take, topicOf } from './reading.ts';

/** What a group of consumers may rely on. */
export function groupsContract(log: () => EventLog): void {
  const append = (topic: string, values: readonly string[]) => {
    const records = values.map((value) => ({ key: value, value }));
    return log().append({ topic, epoch: 1, records });
  };
  const valuesOf = async (topic: string, group: string, count: number, commit: boolean) => {
    const values: string[] = [];
    await take(log(), { topic, group, recordsMax: 1 }, async (batch) => {
      values.push(...batch.records.map(({ value }) => value));
      if (commit) await batch.commit();
      return values.length < count;
    });
    return values;
  };

  it('goes on where the group committed, and reads again what it had not', async () => {
    const topic = await topicOf(log(), { partitions: 1 });
    await append(topic, ['1', '2', '3', '4']);
    expect(await valuesOf(topic, 'g', 2, true)).toEqual(['1', '2']);
    expect(await valuesOf(topic, 'g', 1, false)).toEqual(['3']);
    expect(await valuesOf(topic, 'g', 2, true)).toEqual(['3', '4']);
    expect(await valuesOf(topic, 'another', 4, false)).toEqual(['1', '2', '3', '4']);
  });

  it('counts how far a group lags, in each partition', async () => {
    const topic = await topicOf(log(), { partitions: 2 });
    const records = ['a', 'b', 'c'].map((value) => ({ key: '', partition: 1, value }));
    await log().append({ topic, epoch: 1, records });
    expect(await log().lag(topic, ['g'])).toEqual([[0, 3]]);
    await valuesOf(topic, 'g', 2, true);
    expect(await log().lag(topic, ['another', 'g'])).toEqual([
      [0, 3],
      [0, 1],
    ]);
    expect(await log().lag(topic, [])).toEqual([]);
  });

  it('starts at the end for a group that only wants what comes', async () => {
    const topic = await topicOf(log(), { partitions: 1 });
    await append(topic, ['before']);
    const stop = AbortSignal.timeout(30_000);
    const request = { topic, group: 'late', from: 'end', recordsMax: 9, signal: stop } as const;
    const items = log().consume(request)[Symbol.asyncIterator]();
    const coming = items.next();
    // It says nothing when it has joined: records are appended until one arrives.
    let arrived = false;
    const came = coming.finally(() => {
      arrived = true;
    });
    for (let n = 0; !arrived && !stop.aborted; n += 1) {
      await append(topic, [`after ${n}`]);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    const { value } = await came;
    await items.return?.();
    expect(value?.records[0].value).toMatch(/^after/);
  });

  it('starts where a consumer says that keeps its places itself', async () => {
    const topic = await topicOf(log(), { partitions: 2 });
    const records = [0, 1, 2, 3].flatMap((n) =>
      [0, 1].map((partition) => ({ key: '', partition, value: `${partition}/${n}` })),
    );
    await log().append({ topic, epoch: 1, records });
    const asked: number[] = [];
    const found: string[] = [];
    const startAt = async (partition: number) => {
      asked.push(partition);
      return partition === 0 ? 3 : null;
    };
    await take(log(), { topic, startAt }, (batch) => {
      found.push(...batch.records.map(({ value }) => value));
      return found.length < 5;
    });
    expect(asked.sort()).toEqual([0, 1]);
    expect(found.sort()).toEqual(['0/3', '1/0', '1/1', '1/2', '1/3']);
  });

  it('shares partitions among members; one that leaves leaves its own to the other', async () => {
    const topic = await topicOf(log(), { partitions: 4 });
    const first = member(log(), topic);
    const second = member(log(), topic);
    let n = 0;
    const fill = () => {
      n += 1;
      const records = [0, 1, 2, 3].map((partition) => ({ key: '', partition, value: `${n}` }));
      return log().append({ topic, epoch: 1, records });
    };
    await until(fill, () => first.lately().size === 2 && second.lately().size === 2);
    expect([...first.lately(), ...second.lately()].sort()).toEqual([0, 1, 2, 3]);
    await second.leave();
    await until(fill, () => first.lately().size === 4);
    await first.leave();
  });

  it('commits nothing for a batch from before partitions changed hands', async () => {
    const topic = await topicOf(log(), { partitions: 1 });
    await append(topic, ['1', '2']);
    const other = new AbortController();
    await take(log(), { topic, group: 'g', recordsMax: 2 }, async (batch) => {
      // Another member joins and leaves: the batch is of an older generation now.
      const request = { topic, group: 'g', from: 'start', recordsMax: 1 } as const;
      const joined = log()
        .consume({ ...request, signal: other.signal })
        [Symbol.asyncIterator]();
      const joining = joined.next();
      const until = performance.now() + 30_000;
      for (let kept = true; kept && performance.now() < until; ) {
        await batch.commit();
        kept = (await log().lag(topic, ['g']))[0]?.[0] === 0;
        if (kept) await log().append({ topic, epoch: 1, records: [{ key: 'a', value: 'more' }] });
      }
      other.abort();
      await joining.catch(() => undefined);
      await joined.return?.();
      return false;
    });
    expect((await log().lag(topic, ['g']))[0]?.[0]).toBeGreaterThan(0);
  });
}

/** A member that reads and commits, and knows the partitions of the latest round it saw. */
function member(log: EventLog, topic: string) {
  const stop = new AbortController();
  let latest = { value: '', partitions: new Set<number>() };
  const run = async (): Promise<void> => {
    const request = { topic, group: 'shared', from: 'start', recordsMax: 100 } as const;
    for await (const batch of log.consume({ ...request, signal: stop.signal })) {
      for (const { value, partition } of batch.records) {
        if (value !== latest.value) latest = { value, partitions: new Set() };
        latest.partitions.add(partition);
      }
      await batch.commit();
    }
  };
  const running = run();
  return {
    lately: (): ReadonlySet<number> => latest.partitions,
    leave: async () => {
      stop.abort();
      await running;
    },
  };
}

async function until(meanwhile: () => Promise<unknown>, holds: () => boolean): Promise<void> {
  const deadline = performance.now() + 30_000;
  while (!holds()) {
    if (performance.now() > deadline) throw new Error('it did not come to hold in time');
    await meanwhile();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
