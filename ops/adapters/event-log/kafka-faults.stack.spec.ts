import { randomUUID } from 'node:crypto';
import { Admin, Producer } from '@platformatic/kafka';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../free-port.ts';
import { kafka as kafkaServer } from '../../stack/kafka.ts';
import type { TestServer } from '../../stack/testing.ts';
import { lackOf, openTestServer } from '../../stack/testing.ts';
import type { KafkaEventLogOptions } from './kafka.ts';
import { openKafkaEventLog } from './kafka.ts';
import { partitionOf } from './partition.ts';
import type { EventLog, LogRecord } from './port.ts';
import { EventLogUnavailable } from './port.ts';
import { openReader, readAll, topicOf } from './testing/reading.ts';

const missing = lackOf(kafkaServer);
let server: TestServer;
const libraries = ['platformatic', 'kafkajs'] as const;

describe.skipIf(missing !== null)(`Kafka (${missing ?? 'a server of its own'})`, () => {
  beforeAll(async () => {
    server = await openTestServer(kafkaServer);
  }, 120_000);
  afterAll(() => server[Symbol.asyncDispose]());

  describe.each(libraries)('by %s', (library) => {
    const open = (more: Partial<KafkaEventLogOptions> = {}) =>
      openKafkaEventLog({ url: server.option.value, library, ...more });

    it('refuses a writer whose epoch is over, and keeps the newer', async () => {
      await using zombie = await open();
      await using leader = await open();
      await using again = await open();
      const topic = await topicOf(zombie, { partitions: 4 });
      expect(await write(zombie, topic, 1, ['one'])).toEqual({ kind: 'appended' });
      expect(await write(leader, topic, 2, ['two'])).toEqual({ kind: 'appended' });
      expect(await write(zombie, topic, 1, ['lost'])).toEqual({ kind: 'fenced' });
      expect(await write(leader, topic, 2, ['two again'])).toEqual({ kind: 'appended' });
      expect(await write(again, topic, 1, ['lost too'])).toEqual({ kind: 'fenced' });
      expect(await write(leader, topic, 2, ['end'])).toEqual({ kind: 'appended' });
      const values = (await readAll(leader, topic, 'end')).map(({ value }) => value);
      expect(values.sort()).toEqual(['end', 'one', 'two', 'two again']);
    });

    it('shuts out the older one of two that begin at once', async () => {
      await using first = await open();
      const topic = await topicOf(first, { partitions: 2 });
      for (let epoch = 1; epoch <= 9; epoch += 2) {
        await using older = await open();
        await using newer = await open();
        // Until one has written they may shut each other out, and are told to try again.
        const [old] = await Promise.all([
          write(older, topic, epoch, [`${epoch}`]).catch(unlessAway),
          written(newer, topic, epoch + 1, [`${epoch + 1}`]),
        ]);
        expect(await write(older, topic, epoch, ['lost'])).toEqual({ kind: 'fenced' });
        const values = (await readAll(first, topic, `${epoch + 1}`)).map(({ value }) => value);
        if (old) expect(values.includes(`${epoch}`)).toBe(old.kind === 'appended');
        expect(values).not.toContain('lost');
      }
    });

    it('gives nobody what was aborted, and finds the newest record before it', async () => {
      await using log = await open();
      const topic = await topicOf(log, { partitions: 1 });
      await write(log, topic, 1, ['kept']);
      await abort(topic, ['aborted', 'aborted too']);
      expect((await log.newest(topic))[0]?.value).toBe('kept');
      expect(await log.ends(topic)).toEqual([1]);
      await write(log, topic, 1, ['end']);
      const values = (await readAll(log, topic, 'end')).map(({ value }) => value);
      expect(values).toEqual(['kept', 'end']);
    });

    it('puts each key where every driver puts it', async () => {
      await using log = await open();
      const topic = await topicOf(log, { partitions: 8 });
      const keys = ['end', ...Array.from({ length: 50 }, (_, n) => `conversation-${n}`)];
      await write(log, topic, 1, keys.toReversed());
      const reader = openReader(log, topic);
      const found = await reader.until((all) => all.length === keys.length);
      for (const { key, partition } of found) expect(partition).toBe(partitionOf(key, 8));
    });

    it('says that the broker is away, and goes on by itself when it is back', async () => {
      await using log = await open();
      const topic = await topicOf(log, { partitions: 2 });
      const group = randomUUID();
      const stop = new AbortController();
      const found: LogRecord[] = [];
      const reading = readOn(log, { topic, group, signal: stop.signal }, found);
      await write(log, topic, 1, ['before']);
      await expect.poll(() => found.length, { timeout: 30_000 }).toBe(1);
      await expect.poll(() => log.lag(topic, [group]), { timeout: 30_000 }).toEqual([[0, 0]]);
      await server.stop();
      await expect(write(log, topic, 1, ['refused'])).rejects.toBeInstanceOf(EventLogUnavailable);
      expect(await log.health()).toMatchObject({ ok: false, reason: /does not answer/ });
      await server.start();
      const tryToWrite = () =>
        write(log, topic, 1, ['after']).then(
          ({ kind }) => kind,
          () => null,
        );
      await expect.poll(tryToWrite, { timeout: 60_000 }).toBe('appended');
      const values = () => found.map(({ value }) => value);
      await expect.poll(values, { timeout: 60_000 }).toContain('after');
      expect(values()).not.toContain('refused');
      expect(values().filter((value) => value === 'before')).toEqual(['before']);
      await expect.poll(() => log.lag(topic, [group]), { timeout: 30_000 }).toEqual([[0, 0]]);
      stop.abort();
      await reading;
    });

    it('reads all of a topic that was deleted and written anew, further than it was', async () => {
      await using log = await open();
      const topic = await topicOf(log, { partitions: 1 });
      const stop = new AbortController();
      const found: LogRecord[] = [];
      const reading = readOn(log, { topic, group: randomUUID(), signal: stop.signal }, found);
      await write(log, topic, 1, ['one', 'two']);
      await expect.poll(() => found.length, { timeout: 30_000 }).toBe(2);
      await deleteTopic(topic);
      await using after = await open();
      await after.ensureTopic(topic, { partitions: 1, retentionMs: 'for-ever' });
      const anew = ['one again', 'two again', 'three', 'four'];
      await write(after, topic, 1, anew);
      const values = () => found.map(({ value }) => value).slice(2);
      await expect.poll(values, { timeout: 60_000 }).toEqual(expect.arrayContaining(anew));
      stop.abort();
      await reading;
    });

    it('loses nothing when members come and go, and commits nothing unfinished', async () => {
      await using log = await open();
      const topic = await topicOf(log, { partitions: 4 });
      const group = randomUUID();
      const all = Array.from({ length: 400 }, (_, n) => `${n}`);
      const finished = new Set<string>();
      const members = [0, 1, 2].map(() => openMember(log, { topic, group, finished }));
      for (let at = 0; at < all.length; at += 40) {
        await write(log, topic, 1, all.slice(at, at + 40));
        if (at === 120) await members[0]?.leaveUnfinished();
        if (at === 200) members.push(openMember(log, { topic, group, finished }));
        if (at === 280) await members[1]?.leaveUnfinished();
      }
      await expect.poll(() => finished.size, { timeout: 60_000 }).toBe(all.length);
      await expect.poll(() => log.lag(topic, [group]), { timeout: 30_000 }).toEqual([[0, 0, 0, 0]]);
      for (const member of members) await member.leaveUnfinished();
    });

    it('refuses more than may wait', async () => {
      await using log = await open({ waitingMax: 10 });
      const topic = await topicOf(log, { partitions: 1 });
      await log.ends(topic);
      const asked = Array.from({ length: 12 }, () => write(log, topic, 1, ['one']));
      const refused = (await Promise.allSettled(asked)).filter((one) => one.status === 'rejected');
      expect(refused.map(({ reason }) => reason.message)).toEqual([
        'too much waits for Kafka',
        'too much waits for Kafka',
      ]);
    });

    it('cannot be started on without a server: one sentence says what to do', async () => {
      const url = `kafka://me:hunter2@127.0.0.1:${await freePort()}`;
      const opened = open({ url });
      await expect(opened).rejects.toThrow(/cannot be used \(.*PARLEY_EVENT_LOG/s);
      await expect(open({ url })).rejects.not.toThrow('hunter2');
    });
  });
});

function write(log: EventLog, topic: string, epoch: number, values: readonly string[]) {
  return log.append({ topic, epoch, records: values.map((value) => ({ key: value, value })) });
}

/** Each in a transaction of its own, by one producer. */
async function abort(topic: string, values: readonly string[]): Promise<void> {
  const producer = new Producer({
    ...{ clientId: 'spec', bootstrapBrokers: [`127.0.0.1:${server.port}`], idempotent: true },
    transactionalId: randomUUID(),
  });
  for (const value of values) {
    const transaction = await producer.beginTransaction({ producerId: -1n, producerEpoch: -1 });
    await transaction.send({ messages: [{ topic, partition: 0, value: Buffer.from(value) }] });
    await transaction.abort();
  }
  await producer.close();
}

async function deleteTopic(topic: string): Promise<void> {
  const bootstrapBrokers = [`127.0.0.1:${server.port}`];
  const admin = new Admin({ clientId: 'spec', bootstrapBrokers });
  await admin.deleteTopics({ topics: [topic] });
  await admin.close();
}

type Reading = { readonly topic: string; readonly group: string };

async function readOn(
  log: EventLog,
  reading: Reading & { readonly signal: AbortSignal },
  found: LogRecord[],
): Promise<void> {
  for await (const batch of log.consume({ ...reading, from: 'start', recordsMax: 100 })) {
    found.push(...batch.records);
    await batch.commit().catch(() => undefined);
  }
}

/** Commits what it has finished, a few at a time; it may be told to go in the middle of a batch. */
function openMember(
  log: EventLog,
  { topic, group, finished }: Reading & { readonly finished: Set<string> },
) {
  const stop = new AbortController();
  const run = async (): Promise<void> => {
    const request = { topic, group, from: 'start', recordsMax: 7, signal: stop.signal } as const;
    for await (const { records, commit } of log.consume(request)) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      if (stop.signal.aborted) return;
      for (const { value } of records) finished.add(value);
      await commit().catch(() => undefined);
    }
  };
  const running = run();
  return {
    leaveUnfinished: async () => {
      stop.abort();
      await running;
    },
  };
}

/** Whether it was written is not known then. */
function unlessAway(cause: unknown): null {
  if (cause instanceof EventLogUnavailable) return null;
  throw cause;
}

async function written(...of: Parameters<typeof write>): Promise<void> {
  while ((await write(...of).catch(unlessAway)) === null);
}
