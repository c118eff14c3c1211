import type { Device } from './load/device.ts';
import { markedText, openDevice } from './load/device.ts';
import { offer, openLatency, until } from './load/open-loop.ts';
import { openDirect, registerMany } from './load/people.ts';
import { pinLoad, startSubject } from './load/platform.ts';
import { report } from './load/report.ts';

// One to one: 50 pairs, 200 bytes, 1,000 messages a second offered for 20 s.
const pairs = 50;
const perSecond = 1_000;
const seconds = 20;

const pinned = pinLoad();
await using subject = await startSubject();
const people = await registerMany(subject.url, pairs * 2);
const latency = openLatency();
const answers = openLatency();
const intended: number[] = [];
const seen = new Set<number>();
let twice = 0;

const senders: { readonly device: Device; readonly conversationId: string }[] = [];
for (let pair = 0; pair < pairs; pair += 1) {
  const [one, other] = [people[pair * 2], people[pair * 2 + 1]];
  if (!one || !other) throw new Error('a pair is missing');
  const conversationId = await openDirect(subject.url, one, other);
  const sentBy: number[] = [];
  const device = await openDevice(subject.url, one, {
    heard: { answer: (sent) => answers.record(performance.now() - (sentBy[sent - 1] ?? 0)) },
  });
  await openDevice(subject.url, other, {
    heard: {
      message: (mark) => {
        if (seen.has(mark)) twice += 1;
        seen.add(mark);
        latency.record(performance.now() - (intended[mark] ?? 0));
      },
    },
  });
  const send = device.send;
  senders.push({
    conversationId,
    device: {
      ...device,
      send: (id, text) => {
        sentBy.push(performance.now());
        send(id, text);
      },
    },
  });
}

const count = perSecond * seconds;
/** Warm: what is compiled and opened once is not what is measured. */
await run(2_000, 0);
const before = subject.usage();
const first = 2_000;
await run(count, first);
const after = subject.usage();
const { p50, p99, p999, max } = latency.read();
const cpu = ((after.cpuSeconds - before.cpuSeconds) * 1_000) / count;
const rows = [
  { what: 'send to delivery, p50', value: p50, unit: 'ms', peer: 0.96 },
  { what: 'send to delivery, p99', value: p99, unit: 'ms', must: 20, aim: 8, peer: 9.4 },
  { what: 'send to delivery, p99.9', value: p999, unit: 'ms', peer: 18.3 },
  { what: 'send to delivery, longest', value: max, unit: 'ms' },
  { what: 'send to answer, p99', value: answers.read().p99, unit: 'ms' },
  { what: 'CPU a 1,000 messages', value: cpu, unit: 's', must: 0.58, aim: 0.32, peer: 0.72 },
  ...[...after.byName].map(([name, cpuSeconds]) => ({
    what: `  of it ${name}`,
    value: ((cpuSeconds - (before.byName.get(name) ?? 0)) * 1_000) / count,
    unit: 's',
  })),
  { what: 'messages lost', value: first + count - seen.size, unit: '', must: 0 },
  { what: 'messages seen twice', value: twice, unit: '', must: 0 },
];
report('one-to-one', rows, `${pairs} pairs, 200 B, ${perSecond}/s for ${seconds} s; ${pinned}`);
process.exitCode = 0;
for (const { device } of senders) device.socket.close();

async function run(many: number, from: number): Promise<void> {
  await offer({ perSecond, count: many }, (at, intendedMs) => {
    const sender = senders[at % senders.length];
    intended[from + at] = intendedMs;
    sender?.device.send(sender.conversationId, markedText(from + at));
  });
  await until(() => seen.size >= from + many, 10_000);
}
