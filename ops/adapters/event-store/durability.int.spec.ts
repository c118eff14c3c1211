import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { openEmbeddedEventStore } from './embedded.ts';
import { flat, newEvents, newStream } from './testing/events.ts';
import { newFolder } from './testing/folder.ts';

const appender = fileURLToPath(new URL('./testing/appender.ts', import.meta.url));

/** Runs the appender until it has printed some, kills it, and gives what it had acknowledged. */
async function appendUntilKilled(path: string, lines: number): Promise<readonly string[]> {
  const child = spawn(process.execPath, [appender, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  let printed = '';
  for await (const chunk of child.stdout) {
    printed += chunk;
    if (printed.split('\n').length > lines) child.kill('SIGKILL');
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  expect(child.signalCode).toBe('SIGKILL');
  return printed.split('\n').slice(0, -1);
}

test('every acknowledged append outlives the kill of its process, in 6 rounds', async () => {
  const { path, dispose } = await newFolder();
  const acknowledged: string[] = [];
  for (let round = 0; round < 6; round += 1) {
    const lines = Math.ceil(Math.random() * 400);
    acknowledged.push(...(await appendUntilKilled(path, lines)));
    const store = await openEmbeddedEventStore({ path });
    const events = await flat(store.readAll({ after: 0n }));
    const stored = new Set(events.map(({ id, position }) => `${id} ${position}`));
    expect(acknowledged.filter((line) => !stored.has(line))).toEqual([]);
    for (const stream of new Set(events.map((event) => event.stream))) {
      const revisions = events.filter((event) => event.stream === stream);
      expect(revisions.map(({ revision }) => revision)).toEqual([...revisions.keys()]);
    }
    await store[Symbol.asyncDispose]();
  }
  expect(acknowledged.length).toBeGreaterThan(100);
  await dispose();
});

test('one append costs one flush, and many that wait together share one', async () => {
  const { path, dispose } = await newFolder();
  const store = await openEmbeddedEventStore({ path });
  for (let at = 1; at <= 5; at += 1) {
    await store.append({ stream: newStream(), expected: 'any', events: newEvents(3) });
    expect(store.counters().flushes).toBe(at);
  }
  const together = Array.from({ length: 1_000 }, () =>
    store.append({ stream: newStream(), expected: 'any', events: newEvents(1) }),
  );
  await Promise.all(together);
  expect(store.counters()).toMatchObject({ appends: 1_005, flushes: 6, eventsWritten: 1_015 });
  await store[Symbol.asyncDispose]();
  await dispose();
});

test('a repeat and a refusal cost no flush', async () => {
  const { path, dispose } = await newFolder();
  const store = await openEmbeddedEventStore({ path });
  const request = { stream: newStream(), expected: 'no-stream' as const, events: newEvents(1) };
  await store.append(request);
  await store.append(request);
  await store.append({ ...request, events: newEvents(1) });
  expect(store.counters()).toMatchObject({ appends: 1, flushes: 1, eventsWritten: 1 });
  await store[Symbol.asyncDispose]();
  await dispose();
});

test('everything that waits is written when the log closes', async () => {
  const { path, dispose } = await newFolder();
  const store = await openEmbeddedEventStore({ path });
  const stream = newStream();
  const waiting = Array.from({ length: 100 }, () =>
    store.append({ stream, expected: 'any', events: newEvents(1) }),
  );
  await store[Symbol.asyncDispose]();
  expect((await Promise.all(waiting)).every(({ kind }) => kind === 'appended')).toBe(true);
  const again = await openEmbeddedEventStore({ path });
  expect(await flat(again.readAll({ after: 0n }))).toHaveLength(100);
  await again[Symbol.asyncDispose]();
  await dispose();
});
