import { openCrossing } from './load/crossing.ts';
import { onAllServers } from './load/deployment.ts';
import { report } from './load/report.ts';

// 500 messages a second for 30 s, each heard at the other gateway: through event store, relay,
// Kafka, courier and Redis, with every other server and worker beside on the same cores.
const pairCount = 40;
const perSecond = 500;
const seconds = 30;

await onAllServers(async (deployment) => {
  const crossing = await openCrossing(deployment, pairCount);
  await crossing.offer(perSecond / 5, perSecond * 2); // warm
  crossing.arrivals.begin();
  const cpu = deployment.cpuByProcess();
  const { messages, meant, heard } = await crossing.offer(perSecond, perSecond * seconds);
  const after = deployment.cpuByProcess();
  const spent = [...after].map(([name, all]) => [name, all - (cpu.get(name) ?? 0)] as const);
  const whole = spent.reduce((sum, [, value]) => sum + value, 0);
  const { p50, p99, p999, max } = crossing.arrivals.latency();
  report('two-gateways', {
    title: 'From one gateway to another through Kafka and Redis, 500 messages a second',
    note:
      `${pairCount} pairs, ${perSecond}/s for ${seconds} s, ${crossing.texts}; load and all ` +
      'servers on the same two cores',
    rows: [
      { what: 'send to delivery, p50', value: p50, unit: 'ms' },
      { what: 'send to delivery, p99', value: p99, unit: 'ms', must: 50, aim: 20 },
      { what: 'send to delivery, p99.9', value: p999, unit: 'ms' },
      { what: 'send to delivery, longest', value: max, unit: 'ms' },
      { what: 'not acknowledged', value: meant - messages.length, unit: '', must: 0 },
      { what: 'lost', value: heard.filter((ms) => ms === null).length, unit: '', must: 0 },
      { what: 'seen twice', value: crossing.arrivals.twice(), unit: '', must: 0 },
      { what: 'out of order', value: crossing.arrivals.disordered(), unit: '', must: 0 },
      { what: 'CPU a 1,000 messages', value: (whole * 1_000) / meant, unit: 's' },
    ],
  });
});
process.exit(0);
