import { expect, test } from 'vitest';
import type { EventStore, ReadStream } from '../port.ts';
import { appended, flat, newEvent, newEvents, newStream, readStream, textOf } from './events.ts';

/** What the port promises of reads. */
export function readingContract(store: () => EventStore): void {
  streams(store);
  wholeLog(store);
  newest(store);
}

function streams(store: () => EventStore): void {
  test('gives nothing for a stream that is not there', async () => {
    const stream = newStream();
    for (const direction of ['forwards', 'backwards'] as const) {
      const from = direction === 'forwards' ? 'start' : 'end';
      expect(await flat(store().readStream({ stream, from, direction }))).toEqual([]);
    }
  });

  const cases: readonly [Omit<ReadStream, 'stream'>, readonly number[]][] = [
    [{ from: 'start', direction: 'forwards' }, [0, 1, 2, 3, 4]],
    [{ from: 3, direction: 'forwards' }, [3, 4]],
    [{ from: 5, direction: 'forwards' }, []],
    [{ from: 1, direction: 'forwards', eventsMax: 2 }, [1, 2]],
    [{ from: 'end', direction: 'backwards' }, [4, 3, 2, 1, 0]],
    [{ from: 'end', direction: 'backwards', eventsMax: 1 }, [4]],
    [{ from: 1, direction: 'backwards' }, [1, 0]],
    [{ from: 'start', direction: 'forwards', eventsMax: 0 }, []],
  ];
  test.each(cases)('reads %o of five events', async (request, revisions) => {
    const stream = newStream();
    await store().append({ stream, expected: 'any', events: newEvents(5) });
    const events = await flat(store().readStream({ stream, ...request }));
    expect(events.map(({ revision }) => revision)).toEqual(revisions);
  });

  test('reads a long stream in pages of which none is empty', async () => {
    const stream = newStream();
    for (let at = 0; at < 3; at += 1) {
      await store().append({ stream, expected: 'any', events: newEvents(900) });
    }
    let read = 0;
    const pages = store().readStream({ stream, from: 'start', direction: 'forwards' });
    for await (const page of pages) {
      expect(page.length).toBeGreaterThan(0);
      expect(page.length).toBeLessThanOrEqual(1_000);
      for (const { revision } of page) {
        expect(revision).toBe(read);
        read += 1;
      }
    }
    expect(read).toBe(2_700);
  });
}

function wholeLog(store: () => EventStore): void {
  test('reads the whole log in order of appending, across streams, no system events', async () => {
    const start = await store().head();
    const [one, two] = [newStream(), newStream('account')];
    for (const at of Array.from({ length: 12 }).keys()) {
      const stream = at % 3 === 0 ? two : one;
      await store().append({ stream, expected: 'any', events: [newEvent(`${at}`)] });
      if (at === 5) await store().keepNewest(one, 100);
    }
    const events = await flat(store().readAll({ after: start }));
    expect(events.map(textOf)).toEqual(Array.from({ length: 12 }, (_, at) => `${at}`));
    const positions = events.map(({ position }) => position);
    expect(positions).toEqual(positions.toSorted((a, b) => (a < b ? -1 : 1)));
    expect(new Set(positions).size).toBe(12);
  });

  test('reads on after a position, which is not repeated, and no more than asked', async () => {
    const stream = newStream();
    await store().append({ stream, expected: 'any', events: newEvents(5, 'n') });
    const all = await readStream(store(), stream);
    const after = all[1]?.position ?? 0n;
    const events = await flat(store().readAll({ after, eventsMax: 2 }));
    expect(events.map(textOf)).toEqual(['n 2', 'n 3']);
  });

  test('knows the position of its newest event', async () => {
    const outcome = appended(
      await store().append({ stream: newStream(), expected: 'any', events: newEvents(2) }),
    );
    expect(await store().head()).toBe(outcome.position);
    expect(await store().end()).toBe(outcome.position);
    expect(await flat(store().readAll({ after: outcome.position }))).toEqual([]);
  });

  test('tells its end from its newest event where the system wrote later', async () => {
    const stream = newStream();
    const outcome = appended(
      await store().append({ stream, expected: 'any', events: newEvents(1) }),
    );
    await store().keepNewest(stream, 1);
    expect(await store().head()).toBe(outcome.position);
    expect(await store().end()).toBeGreaterThan(outcome.position);
  });

  test('counts what it wrote and read', async () => {
    const stream = newStream();
    const before = store().counters();
    await store().append({ stream, expected: 'any', events: newEvents(3) });
    await store().append({ stream, expected: 'no-stream', events: newEvents(1) });
    await readStream(store(), stream);
    const after = store().counters();
    expect(after.appends - before.appends).toBe(1);
    expect(after.eventsWritten - before.eventsWritten).toBe(3);
    expect(after.eventsRead - before.eventsRead).toBe(3);
    expect(await store().health()).toEqual({ ok: true });
  });
}

function newest(store: () => EventStore): void {
  test('keeps only the newest events where that was asked, whenever it was asked', async () => {
    const [early, late] = [newStream('snapshot'), newStream('snapshot')];
    await store().keepNewest(early, 2);
    for (const stream of [early, late]) {
      await store().append({ stream, expected: 'any', events: newEvents(10, 'n') });
      await store().append({ stream, expected: 'any', events: newEvents(1, 'last') });
    }
    await store().keepNewest(late, 2);
    await store().keepNewest(late, 2);
    for (const stream of [early, late]) {
      const events = await readStream(store(), stream);
      expect(events.map(textOf)).toEqual(['n 9', 'last 0']);
      expect(events.map(({ revision }) => revision)).toEqual([9, 10]);
      const backwards = store().readStream({ stream, from: 'end', direction: 'backwards' });
      expect((await flat(backwards)).map(textOf)).toEqual(['last 0', 'n 9']);
    }
    expect(
      await store().append({ stream: late, expected: 10, events: newEvents(1) }),
    ).toMatchObject({ kind: 'appended', revision: 11 });
  });
}
