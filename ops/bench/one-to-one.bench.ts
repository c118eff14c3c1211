import { openArrivals } from './load/arrivals.ts';
import { costRows, measured } from './load/measured.ts';
import { offer, openLatency, until } from './load/open-loop.ts';
import { openPairs, turnOf } from './load/pairs.ts';
import { pinLoad, startSubject } from './load/platform.ts';
import { quietness, report } from './load/report.ts';
import { copiedWorld } from './seed/world.ts';

// One to one: 50 pairs, 200 bytes, 1,000 messages a second offered for 20 s.
const pairCount = 50;
const perSecond = 1_000;
const seconds = 20;
const warmUp = 3_000;

const pinned = pinLoad();
using world = copiedWorld('people');
await using subject = await startSubject({ folder: world.folder });
const arrivals = openArrivals();
const answers = openLatency();
const { url } = subject;
const pairs = await openPairs({ url, people: world.people, count: pairCount }, arrivals, (ms) =>
  answers.record(ms),
);

const count = perSecond * seconds;
await run(warmUp, 0);
arrivals.begin();
const cost = await measured(subject, () => run(count, warmUp));
const { p50, p99, p999, max } = arrivals.latency();
const bounds = { must: 0.58, aim: 0.32, peer: 0.72 };
report('one-to-one', {
  title: 'One to one, 1,000 messages a second offered',
  note: `${pairCount} pairs, 200 B, ${perSecond}/s for ${seconds} s; ${pinned}`,
  rows: [
    { what: 'send to delivery, p50', value: p50, unit: 'ms', peer: 0.96 },
    { what: 'send to delivery, p99', value: p99, unit: 'ms', must: 20, aim: 8, peer: 9.4 },
    { what: 'send to delivery, p99.9', value: p999, unit: 'ms', peer: 18.3 },
    { what: 'send to delivery, longest', value: max, unit: 'ms' },
    { what: 'send to answer, p99', value: answers.read().p99, unit: 'ms' },
    ...costRows(cost, { operations: count, each: 'message', of: bounds }),
    { what: 'messages lost', value: warmUp + count - arrivals.came(), unit: '', must: 0 },
    { what: 'messages seen twice', value: arrivals.twice(), unit: '', must: 0 },
    { what: 'messages out of order', value: arrivals.disordered(), unit: '', must: 0 },
    ...quietness(cost),
  ],
});
for (const pair of pairs) pair.close();

async function run(many: number, from: number): Promise<void> {
  await offer({ perSecond, count: many }, (at, intendedMs) => {
    arrivals.meant(from + at, intendedMs);
    turnOf(pairs, from + at).send(from + at);
  });
  await until(() => arrivals.came() >= from + many, 10_000);
}
