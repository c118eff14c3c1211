// How many events a second the projector brings into rows: node
// workers/projector/projector.bench.ts [events]
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbeddedCache } from '../../ops/adapters/cache/embedded.ts';
import { openEmbeddedEventLog } from '../../ops/adapters/event-log/embedded.ts';
import { migrate } from '../../ops/adapters/tables/migrate.ts';
import { openTestTables } from '../../ops/adapters/tables/testing.ts';
import { systemClock } from '../../projections/clock.ts';
import { followProgress } from '../../projections/progress.ts';
import type { Projection } from '../../projections/projection.ts';
import { eventsPartitions, eventsTopic } from '../../schemas/records/topics.ts';
import { workersMigrations } from '../migrations.ts';
import { openTextOpener } from '../testing/open-text.ts';
import { tally } from '../testing/tally.ts';
import { projector } from './projector.ts';

const events = Number(process.argv[2] ?? 100_000);
const conversations = 500;

const folder = await mkdtemp(join(tmpdir(), 'parley-bench-'));
const tables = await openTestTables();
await migrate(tables, workersMigrations);
const eventLog = openEmbeddedEventLog({ path: join(folder, 'log.db'), now: Date.now });
const cache = openEmbeddedCache({ now: Date.now });
await fill();
for (const recordsMax of [100, 500, 1_000, 2_000]) {
  await measure(tally({ name: `tally${recordsMax}` }), recordsMax);
}
const details = '../../projections/conversation-details/conversation-details.ts';
await measure((await import(details)).conversationDetails, 1_000);
await eventLog[Symbol.asyncDispose]();
await tables[Symbol.asyncDispose]();
await rm(folder, { recursive: true, force: true });

async function fill(): Promise<void> {
  await eventLog.ensureTopic(eventsTopic, {
    partitions: eventsPartitions,
    retentionMs: 'for-ever',
  });
  for (let at = 0; at < events; at += 1_000) {
    const records = Array.from({ length: 1_000 }, (_, index) => message(at + index + 1));
    await eventLog.append({ topic: eventsTopic, epoch: 1, records });
  }
  const watermark = JSON.stringify({ kind: 'watermark', position: String(events) });
  await eventLog.append({
    topic: eventsTopic,
    epoch: 1,
    records: Array.from({ length: eventsPartitions }, (_, partition) => ({
      key: '',
      partition,
      value: watermark,
    })),
  });
}

function message(position: number) {
  const key = `0198f1d2-0000-7000-8000-${String(position % conversations).padStart(12, '0')}`;
  const number = Math.ceil(position / conversations);
  const data = {
    number,
    author: '0198f1d2-0000-7000-8000-0000000000aa',
    text: `message ${position} with about a line of text in it`,
  };
  const value = JSON.stringify({
    kind: 'event',
    id: key,
    stream: `conversation-${key}`,
    revision: number,
    position: String(position),
    type: 'message-sent',
    recordedAtMs: position,
    data,
  });
  return { key, value };
}

async function measure(projection: Projection, recordsMax: number): Promise<void> {
  const stopping = new AbortController();
  const cpu = process.cpuUsage();
  const startedMs = performance.now();
  const clock = systemClock;
  const projections = [projection];
  const worker = projector({
    ...{ eventLog, tables, cache, clock, projections, recordsMax },
    ...{ opener: openTextOpener, newId: () => crypto.randomUUID() },
  });
  const running = worker.run(stopping.signal);
  const partitions = eventsPartitions;
  const progress = await followProgress({ cache, tables, partitions, partitionOf: () => 0, clock });
  const reached = await progress.waitFor(BigInt(events), { timeoutMs: 300_000 });
  const seconds = (performance.now() - startedMs) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  stopping.abort();
  await running;
  await progress[Symbol.asyncDispose]();
  await tables.execute({ text: 'delete from projector.checkpoint', values: [] });
  const rate = Math.round(Number(reached) / seconds);
  const own = Math.round(Number(reached) / ((user + system) / 1e6));
  console.log(
    `${projection.name}, batches of ${recordsMax}: ${rate} events/s, ${own} per core-second here`,
  );
}
