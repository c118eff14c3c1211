import { openArrivals } from './load/arrivals.ts';
import { openGroup } from './load/group.ts';
import type { Cost } from './load/measured.ts';
import { countedRows, measured } from './load/measured.ts';
import { offer, until } from './load/open-loop.ts';
import { pinLoad, startSubject } from './load/platform.ts';
import { quietness, report } from './load/report.ts';
import { copiedWorld } from './seed/world.ts';

// A group of 100 who are all online, told of more and more messages a second until it is too much.
const online = 100;
const rates = [50, 100, 200, 400, 600, 800, 1_000, 1_200, 1_500];
const stepSeconds = 5;
const lateMs = 200; // at p99: beyond it a step counts as too much

type Step = {
  readonly perSecond: number;
  readonly deliveriesPerSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly microseconds: number; // of CPU a delivery
  readonly cost: Cost;
};

const pinned = pinLoad();
using world = copiedWorld('people');
await using subject = await startSubject({ folder: world.folder });
const arrivals = openArrivals();
const members = world.people.slice(0, online);
const group = await openGroup({ url: subject.url, members, online }, arrivals);
let sent = 0;
await step(100);
const steps: Step[] = [];
for (const rate of rates) {
  const taken = await step(rate);
  steps.push(taken);
  if (taken.p99 > 5 * lateMs || arrivals.came() < sent * online) break;
}

const inTime = steps.filter(({ p99 }) => p99 < lateMs);
const best = inTime.at(-1) ?? steps[0];
const most = Math.max(...steps.map(({ deliveriesPerSecond }) => deliveriesPerSecond));
if (!best) throw new Error('no step was measured');
const dearest = steps.at(-1) ?? best;
report('group-of-100', {
  title: 'A group of 100 online, rising rate',
  note: `${rates.join(', ')} messages a second for ${stepSeconds} s each; ${pinned}`,
  rows: [
    {
      ...{ what: `deliveries a second with p99 < ${lateMs} ms`, value: best.deliveriesPerSecond },
      ...{ unit: '/s', must: 60_000, aim: 90_000, peer: 22_900, atLeast: true },
    },
    { what: 'deliveries a second at most', value: most, unit: '/s' },
    {
      ...{ what: 'CPU a delivery there', value: best.microseconds, unit: 'µs' },
      ...{ must: 18, aim: 10, peer: 40.8 },
    },
    { what: 'CPU a delivery when it is too much', value: dearest.microseconds, unit: 'µs' },
    { what: 'send to delivery there, p50', value: best.p50, unit: 'ms' },
    { what: 'send to delivery there, p99', value: best.p99, unit: 'ms' },
    ...countedRows(best.cost, { operations: best.perSecond * stepSeconds, each: 'message' }),
    { what: 'deliveries lost', value: sent * online - arrivals.came(), unit: '', must: 0 },
    { what: 'deliveries seen twice', value: arrivals.twice(), unit: '', must: 0 },
    { what: 'deliveries out of order', value: arrivals.disordered(), unit: '', must: 0 },
    ...quietness(best.cost),
  ],
  curves: [
    {
      title: 'Group of 100: latency by deliveries a second',
      x: { label: 'deliveries a second' },
      y: { label: 'ms', log: true },
      series: [
        { name: 'p50', points: steps.map((one) => [one.deliveriesPerSecond, one.p50]) },
        { name: 'p99', points: steps.map((one) => [one.deliveriesPerSecond, one.p99]) },
      ],
    },
    {
      title: 'Group of 100: CPU a delivery',
      x: { label: 'messages a second' },
      y: { label: 'µs' },
      series: [{ name: 'all processes', points: steps.map((s) => [s.perSecond, s.microseconds]) }],
    },
  ],
});
group.close();

async function step(perSecond: number): Promise<Step> {
  const count = perSecond * stepSeconds;
  const from = sent;
  const cameBefore = arrivals.came();
  arrivals.begin();
  const cost = await measured(subject, async () => {
    await offer({ perSecond, count }, (at, intendedMs) => {
      arrivals.meant(from + at, intendedMs);
      group.send(from + at);
    });
    sent += count;
    await until(() => arrivals.came() >= sent * online, 20_000);
  });
  const came = arrivals.came() - cameBefore;
  const { p50, p99 } = arrivals.latency();
  const microseconds = (cost.cpuSeconds * 1e6) / came;
  const deliveriesPerSecond = came / cost.seconds;
  console.log(
    `  ${perSecond}/s: ${Math.round(deliveriesPerSecond)} deliveries/s, p50 ${p50.toFixed(1)}, ` +
      `p99 ${p99.toFixed(1)} ms, ${microseconds.toFixed(1)} µs each`,
  );
  return { ...{ perSecond, deliveriesPerSecond, p50, p99, microseconds, cost } };
}
