import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { EventStore } from '../port.ts';
import { appended, newEvent, newEvents, newStream, readStream, textOf } from './events.ts';

/** What the port promises of appends. */
export function appendingContract(store: () => EventStore, timeUnitMs: number): void {
  expectedRevisions(store);
  repeats(store);
  contents(store, timeUnitMs);
  sizes(store);
}

function expectedRevisions(store: () => EventStore): void {
  test('gives revisions from 0 without a hole, and growing positions', async () => {
    const stream = newStream();
    const first = appended(
      await store().append({ stream, expected: 'no-stream', events: newEvents(2) }),
    );
    const second = appended(await store().append({ stream, expected: 1, events: newEvents(3) }));
    expect([first.revision, second.revision]).toEqual([1, 4]);
    expect(second.position).toBeGreaterThan(first.position);
    const events = await readStream(store(), stream);
    expect(events.map(({ revision }) => revision)).toEqual([0, 1, 2, 3, 4]);
    expect(events[1]?.position).toBe(first.position);
    expect(events[4]?.position).toBe(second.position);
  });

  test('tells the position of the last event, and of each where it can', async () => {
    const stream = newStream();
    const outcome = appended(
      await store().append({ stream, expected: 'any', events: newEvents(3) }),
    );
    const positions = (await readStream(store(), stream)).map(({ position }) => position);
    expect(positions.at(-1)).toBe(outcome.position);
    expect(positions.slice(-outcome.positions.length)).toEqual(outcome.positions);
  });

  test.each([
    ['no-stream', 'a stream with events'] as const,
    [0, 'a stream that went on'] as const,
    [2, 'a stream that is not so far'] as const,
  ])('refuses %s for %s and stores nothing', async (expected, _why) => {
    const stream = newStream();
    await store().append({ stream, expected: 'no-stream', events: newEvents(2) });
    const outcome = await store().append({ stream, expected, events: newEvents(1) });
    expect(outcome).toMatchObject({ kind: 'conflict' });
    if (outcome.kind === 'conflict') expect([1, 'unknown']).toContain(outcome.revision);
    expect(await readStream(store(), stream)).toHaveLength(2);
  });

  test.each([['stream-exists'], [0]] as const)(
    'refuses %s for a stream that is not there',
    async (expected) => {
      const stream = newStream();
      const outcome = await store().append({ stream, expected, events: newEvents(1) });
      expect(outcome).toMatchObject({ kind: 'conflict' });
      if (outcome.kind === 'conflict') expect(['no-stream', 'unknown']).toContain(outcome.revision);
    },
  );

  test('takes stream-exists and any for a stream with events', async () => {
    const stream = newStream();
    await store().append({ stream, expected: 'any', events: newEvents(1) });
    const outcome = await store().append({
      ...{ stream, expected: 'stream-exists', events: newEvents(1) },
    });
    expect(outcome).toMatchObject({ kind: 'appended', revision: 1 });
  });

  test('lets one of many writers with one expectation win, and harms no other stream', async () => {
    const [stream, other] = [newStream(), newStream()];
    const racing = Array.from({ length: 20 }, () =>
      store().append({ stream, expected: 'no-stream', events: newEvents(1) }),
    );
    const beside = store().append({ stream: other, expected: 'no-stream', events: newEvents(1) });
    const kinds = (await Promise.all(racing)).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'appended')).toHaveLength(1);
    expect(kinds.filter((kind) => kind === 'conflict')).toHaveLength(19);
    expect(await beside).toMatchObject({ kind: 'appended', revision: 0 });
  });
}

function repeats(store: () => EventStore): void {
  test.each([['any'], [0]] as const)(
    'answers a repeat under %s with the first outcome',
    async (expected) => {
      const stream = newStream();
      await store().append({ stream, expected: 'no-stream', events: newEvents(1) });
      const request = { stream, expected, events: newEvents(2) };
      const first = appended(await store().append(request));
      await store().append({ stream, expected: 2, events: newEvents(1) });
      const again = appended(await store().append(request));
      expect([again.revision, again.position]).toEqual([first.revision, first.position]);
      expect(await readStream(store(), stream)).toHaveLength(4);
    },
  );

  test('answers the repeat of the first append of a stream with its outcome', async () => {
    const stream = newStream();
    const request = { stream, expected: 'no-stream' as const, events: newEvents(2) };
    const first = appended(await store().append(request));
    const again = appended(await store().append(request));
    expect([again.revision, again.position]).toEqual([first.revision, first.position]);
  });

  test('takes one event id in two streams', async () => {
    const events = newEvents(1);
    await store().append({ stream: newStream(), expected: 'any', events });
    const outcome = await store().append({ stream: newStream(), expected: 'any', events });
    expect(outcome).toMatchObject({ kind: 'appended', revision: 0 });
  });

  test('refuses a batch that is there already in part, or in another shape', async () => {
    const stream = newStream();
    const [one, two, fresh] = [newEvent('one'), newEvent('two'), newEvent('fresh')];
    await store().append({ stream, expected: 'any', events: [one] });
    await store().append({ stream, expected: 'any', events: [two] });
    for (const events of [
      [one, fresh],
      [fresh, one],
      [one, fresh, two],
      [two, one],
      [one, one],
    ]) {
      const outcome = await store().append({ stream, expected: 'any', events });
      expect(outcome.kind).toBe('conflict');
    }
    const stale = await store().append({ stream, expected: 1, events: [two] });
    expect(stale.kind).toBe('conflict');
    expect((await readStream(store(), stream)).map(textOf)).toEqual(['one', 'two']);
  });
}

function contents(store: () => EventStore, timeUnitMs: number): void {
  test('gives back every byte, with type, id and the time of the log', async () => {
    const stream = newStream();
    const text = 'déjà\u0000 vu \u001b[0m — 안녕 🦊';
    const event = { ...newEvent(text), metadata: Buffer.from('{"by":"ada"}') };
    const before = Date.now() - (Date.now() % timeUnitMs);
    await store().append({ stream, expected: 'any', events: [event] });
    const [read] = await readStream(store(), stream);
    expect(read).toMatchObject({ id: event.id, type: event.type, stream, revision: 0 });
    expect(Buffer.from(read?.data ?? []).equals(event.data)).toBe(true);
    expect(Buffer.from(read?.metadata ?? []).equals(event.metadata)).toBe(true);
    expect(read?.recordedAtMs).toBeGreaterThanOrEqual(before);
    expect(read?.recordedAtMs).toBeLessThanOrEqual(Date.now());
  });

  test('gives back empty metadata as empty', async () => {
    const stream = newStream();
    const event = { ...newEvent(), metadata: new Uint8Array() };
    await store().append({ stream, expected: 'any', events: [event] });
    expect((await readStream(store(), stream))[0]?.metadata).toHaveLength(0);
  });

  test.each([
    ['대화'],
    ['สวัสดี ชาวโลก'],
    ['🦊🦊'],
    ['with space/and?#%'],
    [`long-${'x'.repeat(400)}`],
  ])('takes a stream named %s', async (name) => {
    const stream = `${name}-${randomUUID()}`;
    await store().append({ stream, expected: 'no-stream', events: newEvents(1) });
    const conflict = await store().append({ stream, expected: 'no-stream', events: newEvents(1) });
    expect(conflict.kind).toBe('conflict');
    expect((await readStream(store(), stream))[0]?.stream).toBe(stream);
  });
}

function sizes(store: () => EventStore): void {
  test('takes a thousand events in one append, whole', async () => {
    const stream = newStream();
    const outcome = await store().append({ stream, expected: 'any', events: newEvents(1_000) });
    expect(outcome).toMatchObject({ kind: 'appended', revision: 999 });
    expect(await readStream(store(), stream)).toHaveLength(1_000);
  });

  test('refuses what is too large, says how much is not, and stores nothing', async () => {
    const stream = newStream();
    const data = Buffer.from(JSON.stringify({ text: 'x'.repeat(700_000) }));
    const events = [newEvent(), newEvent()].map((event) => ({ ...event, data }));
    const outcome = await store().append({ stream, expected: 'any', events });
    expect(outcome).toEqual({ kind: 'too-large', maxBytes: 1_048_576 });
    expect(await readStream(store(), stream)).toHaveLength(0);
  });

  test('takes 2,000 appends in one turn, each in order of its stream', async () => {
    const streams = Array.from({ length: 20 }, () => newStream());
    const outcomes = await Promise.all(
      Array.from({ length: 2_000 }, (_, at) =>
        store().append({
          ...{ stream: streams[at % 20] ?? '', expected: 'any', events: [newEvent(`${at}`)] },
        }),
      ),
    );
    expect(outcomes.every(({ kind }) => kind === 'appended')).toBe(true);
    const texts = (await readStream(store(), streams[3] ?? '')).map(textOf);
    expect(texts).toEqual(Array.from({ length: 100 }, (_, at) => `${at * 20 + 3}`));
  });
}
