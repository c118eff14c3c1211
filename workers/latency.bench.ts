// From the append to the rows, and the relay alone: node workers/latency.bench.ts

import { followProgress } from '../projections/progress.ts';
import { eventsPartitions } from '../schemas/records/topics.ts';
import { eventually, openBed, start } from './testing/bed.ts';
import { tally } from './testing/tally.ts';

const bed = await openBed();
const workers = [start(bed.relay()), start(bed.projector([tally()]))];
const progress = await followProgress({ ...bed, partitions: eventsPartitions });
await progress.waitFor(await bed.say(1, 'warm'), { timeoutMs: 10_000 });

await measure('one after the other', 300, 0);
await measure('20 ms apart', 100, 20);

await workers[0]?.stop();
const many = 20_000;
let last = 0n;
for (let at = 0; at < many; at += 500) {
  const said = Array.from({ length: 500 }, (_, n) => bed.say(n % 50, `message ${n}`));
  last = (await Promise.all(said)).at(-1) ?? last;
}
const startedMs = performance.now();
const relaying = start(bed.relay());
await eventually(() => progress.reached() >= last);
const seconds = (performance.now() - startedMs) / 1_000;
console.log(`${many} events through relay and projector: ${Math.round(many / seconds)} events/s`);
await relaying.stop();
await workers[1]?.stop();
await progress[Symbol.asyncDispose]();
await bed[Symbol.asyncDispose]();

async function measure(name: string, messages: number, pauseMs: number): Promise<void> {
  const own: number[] = [];
  const all: number[] = [];
  for (let n = 0; n < messages; n += 1) {
    const position = await bed.say(1, `message ${n}`);
    const from = performance.now();
    const everywhere = progress.waitFor(position, { timeoutMs: 5_000 }).then(() => {
      all.push(performance.now() - from);
    });
    await progress.waitForKey('0198f1d2-0000-7000-8000-000000000001', position, {
      timeoutMs: 5_000,
    });
    own.push(performance.now() - from);
    if (pauseMs > 0) await everywhere;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  await new Promise((resolve) => setTimeout(resolve, 300));
  console.log(`${name}: rows of the key ${spread(own)}, reached() ${spread(all)}`);
}

function spread(timesMs: number[]): string {
  const sorted = timesMs.sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))]?.toFixed(1);
  return `p50 ${at(0.5)} ms p99 ${at(0.99)} ms`;
}
