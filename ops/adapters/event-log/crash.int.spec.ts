import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openEmbeddedEventLog } from './embedded.ts';
import type { EventLog, LogRecord } from './port.ts';

const topic = 'events';
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parley-log-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function open(name: string): Promise<EventLog> {
  const log = openEmbeddedEventLog({ path: join(folder, name), now: Date.now });
  await log.ensureTopic(topic, { partitions: 1, retentionMs: 'for-ever' });
  return log;
}

function append(log: EventLog, values: readonly string[], epoch = 1) {
  return log.append({ topic, epoch, records: values.map((value) => ({ key: 'a', value })) });
}

/** What a consumer finds that keeps its place itself, until it has read the last of these. */
async function readFrom(log: EventLog, next: number, last: string): Promise<readonly LogRecord[]> {
  const found: LogRecord[] = [];
  const batches = log.consume({
    ...{
      topic,
      group: 'reader',
      from: 'start',
      recordsMax: 3,
      signal: AbortSignal.timeout(20_000),
    },
    startAt: async () => next,
  });
  for await (const { records } of batches) {
    found.push(...records);
    if (found.at(-1)?.value === last) break;
  }
  return found;
}

/** The files as a power cut leaves them now: what waits in memory is not in them. */
function crashedCopy(of: string, name: string): string {
  for (const end of ['', '-wal']) copyFileSync(join(folder, of + end), join(folder, name + end));
  return name;
}

describe('an embedded log that lost its newest records in a crash', () => {
  it('gives no offset twice, so a place beyond them reads what is written instead', async () => {
    await using before = await open('before.db');
    await append(before, ['kept 1', 'kept 2']);
    const seen = await readFrom(before, 0, 'kept 2');
    await append(before, ['lost 3', 'lost 4', 'lost 5']);
    const place = (await readFrom(before, 2, 'lost 5')).at(-1)?.offset ?? 0;

    await using after = await open(crashedCopy('before.db', 'after.db'));
    expect((await after.newest(topic))[0]).toBeNull();
    await append(after, ['again 1', 'again 2', 'again 3', 'again 4', 'again 5'], 2);
    const found = await readFrom(after, place + 1, 'again 5');
    expect(found.map(({ value }) => value)).toEqual([1, 2, 3, 4, 5].map((n) => `again ${n}`));
    expect(found[0]?.offset).toBeGreaterThan(place);
    expect(seen.map(({ offset }) => offset)).toEqual([0, 1]);
  });

  it('reads across the hole that the crash left, from the first record on', async () => {
    const before = await open('log.db');
    await append(before, ['one', 'two']);
    await before[Symbol.asyncDispose]();
    const crashed = await open('log.db');
    await append(crashed, ['three']);
    await using after = await open(crashedCopy('log.db', 'copy.db'));
    await crashed[Symbol.asyncDispose]();
    await append(after, ['three again', 'four'], 2);
    const found = await readFrom(after, 0, 'four');
    expect(found.map(({ value }) => value)).toEqual(['one', 'two', 'three again', 'four']);
  });

  it('refuses a writer from before, who does not know what was lost', async () => {
    await using before = await open('before.db');
    await append(before, ['lost'], 7);
    const after = await open(crashedCopy('before.db', 'after.db'));
    expect(await append(after, ['watermark'], 7)).toEqual({ kind: 'fenced' });
    expect(await append(after, ['lost again'], 8)).toEqual({ kind: 'appended' });
    await after[Symbol.asyncDispose]();
    await using clean = await open('after.db');
    expect(await append(clean, ['more'], 8)).toEqual({ kind: 'appended' });
  });

  it('goes on without a hole after a clean close, and keeps what was committed', async () => {
    const before = await open('log.db');
    await append(before, ['one', 'two', 'three']);
    const stop = new AbortController();
    const request = {
      topic,
      group: 'g',
      from: 'start',
      recordsMax: 2,
      signal: stop.signal,
    } as const;
    for await (const batch of before.consume(request)) {
      await batch.commit();
      break;
    }
    await before[Symbol.asyncDispose]();

    await using after = await open('log.db');
    expect(await after.lag(topic, ['g'])).toEqual([[1]]);
    await append(after, ['four']);
    expect((await after.newest(topic))[0]).toMatchObject({ offset: 3, value: 'four' });
  });

  it('is in the file soon, without a close', async () => {
    await using log = await open('log.db');
    await append(log, ['one']);
    const found = async (attempt: number): Promise<LogRecord | null> => {
      await using copy = await open(crashedCopy('log.db', `copy-${attempt}.db`));
      return (await copy.newest(topic))[0] ?? null;
    };
    const until = performance.now() + 20_000;
    let newest: LogRecord | null = null;
    for (let attempt = 0; newest === null && performance.now() < until; attempt += 1) {
      newest = await found(attempt);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(newest).toMatchObject({ offset: 0, value: 'one' });
  });
});
