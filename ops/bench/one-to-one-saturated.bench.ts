import { setTimeout as pause } from 'node:timers/promises';
import { openArrivals } from './load/arrivals.ts';
import { costRows, measured } from './load/measured.ts';
import { until } from './load/open-loop.ts';
import { openPairs, turnOf } from './load/pairs.ts';
import { pinLoad, startSubject } from './load/platform.ts';
import { quietness, report } from './load/report.ts';
import { copiedWorld } from './seed/world.ts';

// One to one, saturated: 50 pairs with four messages in flight each; the next is sent when one has
// been delivered.
const pairCount = 50;
const inFlight = 200;
const warmUpMs = 5_000;
const measuredMs = 15_000;

const pinned = pinLoad();
using world = copiedWorld('people');
await using subject = await startSubject({ folder: world.folder });
let sending = true;
let sent = 0;
const arrivals = openArrivals(() => {
  if (sending) send();
});
const { url } = subject;
const pairs = await openPairs({ url, people: world.people, count: pairCount }, arrivals);

for (let at = 0; at < inFlight; at += 1) send();
await pause(warmUpMs);
arrivals.begin();
const cameBefore = arrivals.came();
let measuredCount = 0;
const cost = await measured(subject, async () => {
  await pause(measuredMs);
  measuredCount = arrivals.came() - cameBefore;
});
sending = false;
await until(() => arrivals.came() >= sent, 10_000);
const { p50, p99 } = arrivals.latency();
report('one-to-one-saturated', {
  title: 'One to one, saturated',
  note: `${pairCount} pairs, 200 B, ${inFlight} in flight for ${measuredMs / 1_000} s; ${pinned}`,
  rows: [
    {
      ...{ what: 'messages a second', value: measuredCount / cost.seconds, unit: '/s' },
      ...{ must: 5_000, aim: 10_000, peer: 1_707, atLeast: true },
    },
    ...costRows(cost, {
      ...{ operations: measuredCount, each: 'message' },
      of: { must: 0.2, aim: 0.07, peer: 0.57 },
    }),
    { what: 'send to delivery, p50', value: p50, unit: 'ms' },
    { what: 'send to delivery, p99', value: p99, unit: 'ms' },
    { what: 'messages lost', value: sent - arrivals.came(), unit: '', must: 0 },
    { what: 'messages seen twice', value: arrivals.twice(), unit: '', must: 0 },
    { what: 'messages out of order', value: arrivals.disordered(), unit: '', must: 0 },
    ...quietness(cost),
  ],
});
for (const pair of pairs) pair.close();

function send(): void {
  const mark = sent;
  sent += 1;
  arrivals.meant(mark, performance.now());
  turnOf(pairs, mark).send(mark);
}
