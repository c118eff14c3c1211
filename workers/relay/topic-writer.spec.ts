import { describe, expect, it } from 'vitest';
import type { LogRecordToAppend } from '../../ops/adapters/event-log/port.ts';
import type { RecordedEvent } from '../../ops/adapters/event-store/port.ts';
import { encodeRecord } from '../../schemas/records/encode.ts';
import { positionIn } from '../position.ts';
import { manualClock } from '../testing/manual-clock.ts';
import { beginning } from './place.ts';
import { openTopicWriter } from './topic-writer.ts';

function event(position: bigint, stream = 'conversation-c'): RecordedEvent {
  return {
    id: 'e',
    stream,
    revision: 0,
    position,
    type: 'message-sent',
    data: new TextEncoder().encode('{}'),
    metadata: new Uint8Array(),
    recordedAtMs: 0,
  };
}

/** Two partitions; keys that begin with c go to the first. */
async function writing(places: readonly bigint[] = [0n, 0n]) {
  const clock = manualClock();
  const appends: string[][] = [];
  const writer = openTopicWriter({
    append: async (records) => {
      appends.push(records.map(sayWhat));
      return true;
    },
    partitionOf: (key) => (key.startsWith('c') ? 0 : 1),
    clock,
    watermarkEveryMs: 100,
  });
  await writer.repeat(places);
  appends.length = 0;
  return { clock, appends, writer, places };
}

function sayWhat({ key, partition, value }: LogRecordToAppend): string {
  const { kind, position } = JSON.parse(value);
  return kind === 'watermark' ? `up to ${position} in ${partition}` : `${position} of ${key}`;
}

describe('the writer of the topic', () => {
  it('says the watermark in one append with the event when none was said lately', async () => {
    const { appends, writer, places } = await writing();
    await writer.write([event(5n)], places);
    expect(appends).toEqual([['5 of c', 'up to 5 in 0', 'up to 5 in 1']]);
    expect(writer.watermarkInMs()).toBeNull();
  });

  it('waits with the next watermark until the time is over', async () => {
    const { clock, appends, writer, places } = await writing();
    await writer.write([event(5n)], places);
    await clock.advance(30);
    await writer.write([event(6n)], places);
    expect(appends[1]).toEqual(['6 of c']);
    expect(writer.watermarkInMs()).toBe(70);
    await clock.advance(70);
    expect(writer.watermarkInMs()).toBe(0);
    await writer.writeWatermark();
    expect(appends[2]).toEqual(['up to 6 in 0', 'up to 6 in 1']);
  });

  it('says no watermark when there is nothing new', async () => {
    const { clock, writer } = await writing();
    await clock.advance(1_000);
    expect(writer.watermarkInMs()).toBeNull();
    writer.passed(7n);
    expect(writer.watermarkInMs()).toBe(0);
  });

  it('never says a watermark before the events up to it', async () => {
    const { clock, appends, writer, places } = await writing();
    for (let position = 1n; position <= 50n; position += 1n) {
      await writer.write([event(position)], places);
      if (writer.watermarkInMs() === 0) await writer.writeWatermark();
      await clock.advance(7);
    }
    let written = 0n;
    for (const line of appends.flat()) {
      const position = BigInt(/\d+/.exec(line)?.[0] ?? '');
      if (line.startsWith('up to')) expect(position).toBe(written);
      else written = position;
    }
    expect(appends.flat().filter((line) => line.startsWith('up to')).length).toBeGreaterThan(4);
  });

  it('leaves out what a partition holds already', async () => {
    const { appends, writer, places } = await writing([5n, 3n]);
    await writer.write([event(4n), event(4n, 'account-x'), event(6n)], places);
    expect(appends[0]?.slice(0, 2)).toEqual(['4 of x', '6 of c']);
  });
});

describe('the position of a value', () => {
  it('is read from its head, whatever stands in its fields', () => {
    const strange = event(7n, 'conversation-"position":"1"');
    expect(positionIn(encodeRecord(strange))).toBe(7n);
    const data = new TextEncoder().encode('{ no JSON "position":"1"');
    expect(positionIn(encodeRecord({ ...event(8n), data }))).toBe(8n);
    expect(positionIn('what?')).toBeNull();
  });
});

describe('the place to begin', () => {
  it('is the least over the partitions', () => {
    expect(beginning([7n, 3n, 9n])).toBe(3n);
    expect(beginning([])).toBe(0n);
  });
});
