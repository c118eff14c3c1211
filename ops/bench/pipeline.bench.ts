import type { Consumers } from './load/consumers.ts';
import { followed, openConsumers } from './load/consumers.ts';
import type { Crossing, Offered } from './load/crossing.ts';
import { openCrossing } from './load/crossing.ts';
import type { Deployment } from './load/deployment.ts';
import { onAllServers } from './load/deployment.ts';
import type { Came } from './load/journal.ts';
import { cameBy, countBySecond, lagOf, longestBySecond } from './load/journal.ts';
import { until } from './load/open-loop.ts';
import type { Row } from './load/report.ts';
import { report } from './load/report.ts';

// The whole way of a message on every real server: log, Kafka, inbox, timeline, search, analytics,
// delivery at another gateway. The rate grows until some consumer no longer keeps up.
const asked = process.env.PARLEY_TEST_RATE;
const rates = asked ? [Number(asked)] : [250, 500, 750, 1_000, 1_500, 2_000, 4_000];
const seconds = Number(process.env.PARLEY_TEST_SECONDS ?? (asked ? 300 : 20));
const pairCount = 40;
const lagMsMax = 2_000;
const settleMs = 15_000; // for what is behind when a rate ends

/** One rate: how late each consumer was, and what each process took. */
type Step = {
  readonly rate: number;
  readonly offered: Offered;
  readonly came: ReadonlyMap<string, Came>; // by consumer
  readonly cpu: ReadonlyMap<string, number>; // seconds a 1,000 messages, by process
  readonly busy: number; // cores, the load's own included
  readonly holds: boolean;
  readonly holdsBesideFacts: boolean; // analytics, for which nobody waits, left out
};

await onAllServers(async (deployment) => {
  const crossing = await openCrossing(deployment, pairCount);
  await using consumers = await openConsumers(deployment);
  await crossing.offer(100, 1_000); // warm
  console.log('  everybody is connected');
  const steps: Step[] = [];
  for (const rate of rates) {
    const step = await take({ deployment, crossing, consumers }, rate);
    steps.push(step);
    for (const row of rowsOf(step).slice(0, 7)) {
      console.log(`  ${row.what}: ${Math.round(row.value)} ${row.unit}`);
    }
    if (!step.holdsBesideFacts) break;
  }
  tell(steps, crossing);
});
process.exit(0);

type With = {
  readonly deployment: Deployment;
  readonly crossing: Crossing;
  readonly consumers: Consumers;
};

async function take({ deployment, crossing, consumers }: With, rate: number): Promise<Step> {
  const before = deployment.cpuByProcess();
  const own = process.cpuUsage();
  const startedAt = performance.now();
  const offered = await crossing.offer(rate, rate * seconds);
  const { messages } = offered;
  const last = Math.max(...messages.map(({ position }) => position));
  await until(() => consumers.least() >= last, settleMs);
  let facts = await consumers.factsCame(messages);
  const factsUntil = performance.now() + settleMs;
  while (facts.includes(null) && performance.now() < factsUntil) {
    await new Promise((resolve) => setTimeout(resolve, 500));
    facts = await consumers.factsCame(messages);
  }
  const after = deployment.cpuByProcess();
  const used = process.cpuUsage(own);
  const cpu = new Map([...after].map(([name, all]) => [name, all - (before.get(name) ?? 0)]));
  cpu.set('load', (used.user + used.system) / 1e6);
  const whole = [...cpu.values()].reduce((sum, value) => sum + value, 0);
  const came = new Map<string, Came>([
    ...followed.map((name) => [name, cameBy(messages, consumers.seen(name))] as const),
    ['facts', facts],
    ['device', offered.heard],
  ]);
  const keepsUp = (name: string) => {
    const { p99, missing } = lagOf(messages, came.get(name) ?? []);
    return p99 <= lagMsMax && missing === 0;
  };
  const holdsBesideFacts =
    messages.length === offered.meant &&
    [...came.keys()].every((name) => name === 'facts' || keepsUp(name));
  return {
    ...{ rate, offered, came },
    cpu: new Map([...cpu].map(([name, value]) => [name, (value * 1_000) / offered.meant])),
    busy: (whole * 1_000) / (performance.now() - startedAt),
    ...{ holds: holdsBesideFacts && keepsUp('facts'), holdsBesideFacts },
  };
}

function tell(steps: readonly Step[], { arrivals, texts }: Crossing): void {
  const held = steps.findLast(({ holds }) => holds);
  const shownStep = held ?? steps[0];
  const bound = asked ? {} : { must: 2_000, aim: 5_000, atLeast: true };
  const [first] = steps;
  report(asked ? 'pipeline-at-rate' : 'pipeline', {
    title: asked
      ? `The whole pipeline at ${asked} messages a second, on every real server`
      : 'The whole pipeline, on every real server, in steps of rate',
    command: `npm run bench -- pipeline${asked ? ` --rate ${asked} --seconds ${seconds}` : ''}`,
    note:
      `${pairCount} pairs across two gateways, ${seconds} s for each rate, ${texts}; a rate ` +
      'holds when everything is acknowledged and 99 % are with every consumer within 2 s of ' +
      'the time at which they were meant to be sent; load, six servers, two gateways and five ' +
      'processes of workers on the same two cores; the store is our log engine behind its ' +
      'protocol and the analytics are the engine in chdb, not the servers of these names',
    rows: [
      { what: 'highest rate that held', value: held?.rate ?? 0, unit: '/s', ...bound },
      {
        ...{ what: 'highest rate that held, analytics left out', unit: '/s' },
        value: steps.findLast((step) => step.holdsBesideFacts)?.rate ?? 0,
      },
      ...(shownStep ? slowestRow(shownStep) : []),
      ...steps.flatMap(rowsOf),
      { what: 'seen twice', value: arrivals.twice(), unit: '', must: 0 },
      { what: 'out of order', value: arrivals.disordered(), unit: '', must: 0 },
    ],
    curves: first ? curvesOf(steps, first.offered.fromMs) : [],
    stacks: [
      {
        ...{ title: 'CPU a 1,000 messages by process', unit: 's' },
        stacks: steps.map(({ rate, cpu }) => ({
          label: `${rate}/s`,
          parts: [...cpu].map(([name, value]) => ({ name, value })),
        })),
      },
    ],
  });
}

function slowestRow({ rate, offered, came }: Step): readonly Row[] {
  const p99s = [...came.values()].map((one) => lagOf(offered.messages, one).p99);
  const what = `lag of the slowest consumer at ${rate}/s, p99`;
  return [{ what, value: Math.max(...p99s), unit: 'ms', must: lagMsMax, aim: 1_000 }];
}

function rowsOf({ rate, offered, came, cpu, busy }: Step): readonly Row[] {
  const { messages, answered, meant, refused } = offered;
  const acknowledged = lagOf(messages, answered);
  const whole = [...cpu].reduce((sum, [name, value]) => sum + (name === 'load' ? 0 : value), 0);
  const at = (what: string) => `${rate}/s: ${what}`;
  return [
    { what: at('acknowledged, p50'), value: acknowledged.p50, unit: 'ms' },
    { what: at('acknowledged, p99'), value: acknowledged.p99, unit: 'ms' },
    ...[...came].flatMap(([name, one]) => {
      const { p50, p99, missing } = lagOf(messages, one);
      return [
        { what: at(`${name}, p50`), value: p50, unit: 'ms' },
        { what: at(`${name}, p99`), value: p99, unit: 'ms' },
        ...(missing > 0 ? [{ what: at(`${name}, not in time`), value: missing, unit: '' }] : []),
      ];
    }),
    { what: at('not acknowledged'), value: meant - refused - messages.length, unit: '' },
    { what: at('refused'), value: refused, unit: '' },
    { what: at('cores busy, with the load'), value: busy, unit: '' },
    { what: at('CPU a 1,000 messages'), value: whole, unit: 's' },
    ...[...cpu].map(([name, value]) => ({ what: at(`  of it ${name}`), value, unit: 's' })),
  ];
}

function curvesOf(steps: readonly Step[], fromMs: number) {
  const all = <Point>(pick: (step: Step) => readonly Point[]) => steps.flatMap(pick);
  const consumers = [...(steps[0]?.came.keys() ?? [])];
  const meantAt = ({ offered }: Step) => offered.messages.map(({ meantMs }) => meantMs);
  return [
    {
      title: 'Lag of each consumer second by second, the longest',
      ...{ x: { label: 'seconds' }, y: { label: 'ms', log: true } },
      series: consumers.map((name) => ({
        name,
        points: all(({ offered, came }) =>
          longestBySecond(offered.messages, came.get(name) ?? [], fromMs),
        ),
      })),
    },
    {
      title: 'Messages a second',
      ...{ x: { label: 'seconds' }, y: { label: 'messages' } },
      series: [
        { name: 'sent', points: all((step) => countBySecond(meantAt(step), fromMs)) },
        { name: 'acknowledged', points: all((s) => countBySecond(s.offered.answered, fromMs)) },
        { name: 'delivered', points: all((s) => countBySecond(s.offered.heard, fromMs)) },
      ],
    },
    {
      title: 'Lag by rate, p99',
      ...{ x: { label: 'messages a second' }, y: { label: 'ms', log: true } },
      series: consumers.map((name) => ({
        name,
        points: steps.map(
          ({ rate, offered, came }) =>
            [rate, lagOf(offered.messages, came.get(name) ?? []).p99] as const,
        ),
      })),
    },
  ];
}
