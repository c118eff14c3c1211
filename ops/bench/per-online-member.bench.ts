import { openArrivals } from './load/arrivals.ts';
import type { Point } from './load/fit.ts';
import { linearFit } from './load/fit.ts';
import { openGroup } from './load/group.ts';
import type { Cost } from './load/measured.ts';
import { measured } from './load/measured.ts';
import { offer, until } from './load/open-loop.ts';
import { pinLoad, startSubject } from './load/platform.ts';
import type { Row } from './load/report.ts';
import { quietness, report } from './load/report.ts';
import { copiedWorld } from './seed/world.ts';

// What one more member online costs: groups of 1,000 of whom 0, 1, 10, 100, 1,000 are connected.
const memberCount = 1_000;
const onlineCounts = [0, 1, 10, 100, 1_000];
const perSecond = 25;
const messages = 400;

const pinned = pinLoad();
using world = copiedWorld('people');
await using subject = await startSubject({ folder: world.folder });
const points: Point[] = []; // CPU microseconds a message
const counted: Row[] = [];
let last: Cost | null = null;
let [lost, twice] = [0, 0];
for (const online of onlineCounts) {
  const cost = await groupWith(online);
  last = cost;
  points.push([online, (cost.cpuSeconds * 1e6) / messages]);
  const { appends = 0, executions = 0 } = cost.counted;
  counted.push(
    {
      what: `CPU a message, ${online} online`,
      value: (cost.cpuSeconds * 1e3) / messages,
      unit: 'ms',
    },
    {
      what: `appends a message, ${online} online`,
      value: appends / messages,
      unit: '',
      must: 1.01,
    },
    {
      ...{ what: `executions a message, ${online} online`, value: executions / messages, unit: '' },
      must: 1.01,
    },
  );
}
const { slope, intercept, r2 } = linearFit(points);
report('per-online-member', {
  title: 'Cost of one more member online',
  note: `groups of ${memberCount}, ${perSecond} messages a second, ${messages} of each; ${pinned}`,
  rows: [
    { what: 'CPU a member online', value: slope, unit: 'µs', must: 20, aim: 12 },
    { what: 'R² of the line', value: r2, unit: '', must: 0.99, atLeast: true },
    { what: 'CPU a message for nobody', value: intercept / 1_000, unit: 'ms' },
    ...counted,
    { what: 'deliveries lost', value: lost, unit: '', must: 0 },
    { what: 'deliveries seen twice', value: twice, unit: '', must: 0 },
    ...(last ? quietness(last) : []),
  ],
  curves: [
    {
      title: 'CPU a message by members online',
      x: { label: 'members online of 1,000' },
      y: { label: 'ms of CPU a message' },
      series: [
        { name: 'measured', points: points.map(([x, y]) => [x, y / 1_000]) },
        { name: 'line', points: [0, memberCount].map((x) => [x, (intercept + slope * x) / 1_000]) },
      ],
    },
  ],
});

async function groupWith(online: number): Promise<Cost> {
  const arrivals = openArrivals();
  const group = await openGroup({ url: subject.url, members: world.people, online }, arrivals);
  const send = async (count: number, from: number): Promise<void> => {
    await offer({ perSecond, count }, (at, intendedMs) => {
      arrivals.meant(from + at, intendedMs);
      group.send(from + at);
    });
    await until(() => arrivals.came() >= (from + count) * online, 10_000);
    await new Promise((resolve) => setTimeout(resolve, online === 0 ? 500 : 50));
  };
  await send(20, 0);
  const cost = await measured(subject, () => send(messages, 20));
  lost += (20 + messages) * online - arrivals.came();
  twice += arrivals.twice();
  group.close();
  console.log(
    `  ${online} online: ${((cost.cpuSeconds * 1e3) / messages).toFixed(2)} ms a message`,
  );
  return cost;
}
