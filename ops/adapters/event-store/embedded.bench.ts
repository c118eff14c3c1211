import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbeddedEventStore } from './embedded.ts';

/**
 * Raw speed of the embedded log: `node ops/adapters/event-store/embedded.bench.ts [EVENTS]`.
 * Appends in batches of 100 to 1,000 streams, then reads everything back, then single appends.
 */
const eventsMax = Number(process.argv[2] ?? 300_000);
const folder = mkdtempSync(join(tmpdir(), 'event-store-bench-'));
const store = await openEmbeddedEventStore({ path: join(folder, 'log.db') });

await measure('append, batches of 100', eventsMax, async () => {
  for (let at = 0; at < eventsMax; at += 2_000) {
    await Promise.all(Array.from({ length: 20 }, (_, batch) => append(at / 100 + batch, 100)));
  }
});
for (const _ of [1, 2, 3]) {
  await measure('read the whole log', eventsMax, async () => {
    for await (const page of store.readAll({ after: 0n })) void page;
  });
}
await measure('append, one at a time', 300, async () => {
  for (let at = 0; at < 300; at += 1) await append(at, 1);
});
await measure('append, 10,000 in one turn', 10_000, async () => {
  await Promise.all(Array.from({ length: 10_000 }, (_, at) => append(at, 1)));
});
console.log('counters', store.counters());
await store[Symbol.asyncDispose]();
rmSync(folder, { recursive: true });

function append(stream: number, count: number) {
  const data = Buffer.alloc(300, 'x');
  const events = Array.from({ length: count }, () => ({
    ...{ id: crypto.randomUUID(), type: 'message-sent', data, metadata: Buffer.alloc(40, 'm') },
  }));
  return store.append({ stream: `conversation-${stream % 1_000}`, expected: 'any', events });
}

async function measure(what: string, events: number, work: () => Promise<void>): Promise<void> {
  const start = performance.now();
  await work();
  const seconds = (performance.now() - start) / 1_000;
  console.log(`${what}: ${Math.round(events / seconds)} events/s (${seconds.toFixed(2)} s)`);
}
