import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { openEmbeddedEventStore } from './embedded.ts';
import { openEngine } from './engine.ts';
import { flat, newEvent, newEvents, newStream, readStream } from './testing/events.ts';
import { newFolder } from './testing/folder.ts';

test('a damaged event is reported with its place, and not read', async () => {
  const { path, dispose } = await newFolder();
  const store = await openEmbeddedEventStore({ path });
  const stream = newStream();
  await store.append({ stream, expected: 'any', events: newEvents(3) });
  await store[Symbol.asyncDispose]();
  const file = new DatabaseSync(path);
  const damage = `update event
    set body = cast(replace(cast(body as text), 'hello 1', 'jello 1') as blob)
    where revision = 1`;
  file.exec(damage);
  file.close();
  const again = await openEmbeddedEventStore({ path });
  const reading = readStream(again, stream);
  await expect(reading).rejects.toMatchObject({ name: 'DamagedEvent' });
  await expect(reading).rejects.toThrow(new RegExp(`position \\d+ \\(revision 1 of ${stream}\\)`));
  await again[Symbol.asyncDispose]();
  await dispose();
});

test('a file that is no log is refused in a sentence', async () => {
  const { path, dispose } = await newFolder();
  writeFileSync(path, 'not a database at all, but long enough to look at'.repeat(100));
  await expect(openEmbeddedEventStore({ path })).rejects.toThrow(
    /cannot be opened: the file is damaged/,
  );
  await dispose();
});

test('a file with a torn page is refused in a sentence', async () => {
  const { path, dispose } = await newFolder();
  const store = await openEmbeddedEventStore({ path });
  await store.append({ stream: newStream(), expected: 'any', events: newEvents(10_000) });
  await store[Symbol.asyncDispose]();
  execFileSync(
    'dd',
    ['if=/dev/zero', `of=${path}`, 'bs=4096', 'seek=150', 'count=4', 'conv=notrunc'],
    {
      stdio: 'ignore',
    },
  );
  await expect(openEmbeddedEventStore({ path })).rejects.toThrow(
    /cannot be opened: the file is damaged/,
  );
  await dispose();
});

test('a log that another process writes is refused in a sentence, and free after it', async () => {
  const { path, dispose } = await newFolder();
  const first = await openEmbeddedEventStore({ path });
  await expect(openEmbeddedEventStore({ path })).rejects.toThrow(/in use by another process/);
  await first[Symbol.asyncDispose]();
  const second = await openEmbeddedEventStore({ path });
  await second[Symbol.asyncDispose]();
  await dispose();
});

test('a folder that is not there is refused in a sentence', async () => {
  const path = join('/', randomUUID(), 'log.db');
  await expect(openEmbeddedEventStore({ path })).rejects.toThrow(/the file cannot be written/);
});

test('a full disk refuses appends, harms nothing, and is forgotten when there is space', async ({
  skip,
  onTestFinished,
}) => {
  const { folder, dispose } = await newFolder();
  const small = join(folder, 'small');
  mkdirSync(small);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', small], { stdio: 'ignore' });
  } catch {
    await dispose();
    skip('a file system of 2 MB cannot be mounted here (it takes root)');
  }
  onTestFinished(async () => {
    execFileSync('umount', ['--lazy', small]);
    await dispose();
  });
  const ballast = join(small, 'ballast');
  writeFileSync(ballast, Buffer.alloc(1_000_000));
  const store = await openEmbeddedEventStore({ path: join(small, 'log.db') });
  const stream = newStream();
  const big = { ...newEvent(), data: Buffer.from(JSON.stringify({ text: 'x'.repeat(100_000) })) };
  let stored = 0;
  const append = async () => {
    await store.append({ stream, expected: 'any', events: [{ ...big, id: randomUUID() }] });
    stored += 1;
  };
  const filling = (async () => {
    for (;;) await append();
  })();
  await expect(filling).rejects.toMatchObject({ name: 'EventStoreUnavailable' });
  await expect(filling).rejects.toThrow(/the disk is full/);
  expect(await store.health()).toMatchObject({
    ok: false,
    reason: expect.stringContaining('the disk is full'),
  });
  expect(stored).toBeGreaterThan(0);
  expect(await readStream(store, stream)).toHaveLength(stored);
  rmSync(ballast);
  await append();
  expect(await store.health()).toEqual({ ok: true });
  expect(await readStream(store, stream)).toHaveLength(stored);
  await store[Symbol.asyncDispose]();
});

test('a full queue refuses at once, and takes appends again when it is written', async () => {
  const { path, dispose } = await newFolder();
  const store = await openEmbeddedEventStore({ path, queueBytesMax: 100_000 });
  const stream = newStream();
  const kilobyte = () => ({ ...newEvent(), data: Buffer.alloc(1_000, '1') });
  const outcomes = await Promise.allSettled(
    Array.from({ length: 200 }, () =>
      store.append({ stream, expected: 'any', events: [kilobyte()] }),
    ),
  );
  const refused = outcomes.filter(({ status }) => status === 'rejected');
  expect(refused.length).toBeGreaterThan(0);
  expect(refused[0]).toMatchObject({ reason: { name: 'EventStoreUnavailable' } });
  expect(await readStream(store, stream)).toHaveLength(200 - refused.length);
  const later = await store.append({ stream, expected: 'any', events: [kilobyte()] });
  expect(later.kind).toBe('appended');
  await store[Symbol.asyncDispose]();
  await dispose();
});

test('an append that the file refuses fails alone, whatever it was written with', async () => {
  const { path, dispose } = await newFolder();
  const store = await openEmbeddedEventStore({ path });
  const typeless = { ...newEvent(), type: null as unknown as string };
  const batches = [newEvents(1), [newEvent(), typeless], newEvents(1)];
  const outcomes = await Promise.allSettled(
    batches.map((events) => store.append({ stream: newStream(), expected: 'any', events })),
  );
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(await flat(store.readAll({ after: 0n }))).toHaveLength(2);
  await store[Symbol.asyncDispose]();
  await dispose();
});

test('an id that is no UUID is a mistake of the caller', async () => {
  const { path, dispose } = await newFolder();
  const store = await openEmbeddedEventStore({ path });
  const events = [newEvent('hello', 'none')];
  const append = store.append({ stream: newStream(), expected: 'any', events });
  await expect(append).rejects.toBeInstanceOf(TypeError);
  await store[Symbol.asyncDispose]();
  await dispose();
});

test('the time of the log never goes back, also over a restart', async () => {
  const { path, dispose } = await newFolder();
  const stream = newStream();
  const times = [5e12, 3e12, 4e12, 6e12];
  for (const half of [times.slice(0, 2), times.slice(2)]) {
    const clock = () => half[0] ?? 0;
    const engine = await openEngine({ path, clock });
    while (half.length > 0) {
      await engine.append({ stream, expected: 'any', events: newEvents(1) });
      half.shift();
    }
    await engine[Symbol.asyncDispose]();
  }
  const store = await openEmbeddedEventStore({ path });
  const recorded = (await readStream(store, stream)).map(({ recordedAtMs }) => recordedAtMs);
  expect(recorded).toEqual([5e12, 5e12, 5e12, 6e12]);
  await store[Symbol.asyncDispose]();
  await dispose();
});

test('what a stream does not keep is removed from the file, little by little', async () => {
  const { path, dispose } = await newFolder();
  const store = await openEmbeddedEventStore({ path });
  const stream = newStream('snapshot');
  await store.append({ stream, expected: 'any', events: newEvents(300) });
  await store.keepNewest(stream, 1);
  for (let at = 0; at < 5; at += 1) {
    await store.append({ stream, expected: 'any', events: newEvents(1) });
  }
  await store[Symbol.asyncDispose]();
  const file = new DatabaseSync(path);
  const rows = file.prepare("select count(*) as rows from event where type = 'message-sent'").get();
  expect(rows?.rows).toBe(1);
  file.close();
  await dispose();
});
