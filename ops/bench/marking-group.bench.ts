import { openArrivals } from './load/arrivals.ts';
import type { LoadGroup } from './load/group.ts';
import { openGroup } from './load/group.ts';
import type { Cost } from './load/measured.ts';
import { countedRows, measured } from './load/measured.ts';
import { offer, until } from './load/open-loop.ts';
import { pinLoad, startSubject } from './load/platform.ts';
import type { Row } from './load/report.ts';
import { quietness, report } from './load/report.ts';
import { copiedWorld } from './seed/world.ts';

// A group of 100 online at 50 messages a second: first silent, then everybody marks what came as
// delivered and read, once a second as a client that gathers its marks does, then at each message.
const online = 100;
const perSecond = 50;
const seconds = 10;
const count = perSecond * seconds;
const document = `mutation ($input: MarkInput!) { markRead(input: $input) { refusal { code } } }`;

type Marking = 'nothing' | 'once a second' | 'at each message';
type Taken = { readonly cost: Cost; readonly p99: number; readonly marks: number };

const pinned = pinLoad();
using world = copiedWorld('people');
await using subject = await startSubject({ folder: world.folder });
const arrivals = openArrivals();
const newest = new Array<number>(online).fill(0);
let marking: Marking = 'nothing';
let [sent, marks] = [0, 0];
const members = world.people.slice(0, online);
const group: LoadGroup = await openGroup(
  { url: subject.url, members, online },
  arrivals,
  ({ at }) => {
    const arrived = arrivals.listener();
    return {
      message: (mark, number) => {
        arrived(mark, number);
        newest[at] = number;
        if (marking === 'at each message') markRead(at);
      },
    };
  },
);
const silent = await round('nothing');
const gathered = await round('once a second');
const eager = await round('at each message');
report('marking-group', {
  title: 'A group of 100 online, everybody marks delivered and read',
  note:
    `${perSecond} messages a second for ${seconds} s; one mutation marks both, the read mark ` +
    `carries the delivered one; ${pinned}`,
  rows: [
    {
      ...{ what: 'CPU, marking once a second, against silence', unit: 'times', must: 2 },
      value: gathered.cost.cpuSeconds / silent.cost.cpuSeconds,
    },
    {
      ...{ what: 'CPU, marking at each message, against silence', unit: 'times', must: 2 },
      value: eager.cost.cpuSeconds / silent.cost.cpuSeconds,
    },
    ...rowsOf('silence', silent),
    ...rowsOf('once a second', gathered),
    ...rowsOf('at each message', eager),
    { what: 'deliveries lost', value: sent * online - arrivals.came(), unit: '', must: 0 },
    { what: 'deliveries seen twice', value: arrivals.twice(), unit: '', must: 0 },
    ...quietness(eager.cost),
  ],
});
group.close();

function rowsOf(what: string, { cost, p99, marks: asked }: Taken): readonly Row[] {
  return [
    { what: `${what}: CPU a message`, value: (cost.cpuSeconds * 1_000) / count, unit: 'ms' },
    { what: `${what}: send to delivery, p99`, value: p99, unit: 'ms' },
    { what: `${what}: marks asked a message`, value: asked / count, unit: '' },
    ...countedRows(cost, { operations: count, each: 'message' }).filter(({ what: counter }) =>
      /events stored|appends|flushes|executions|statements/.test(counter),
    ),
  ];
}

async function round(how: Marking): Promise<Taken> {
  marking = how;
  await send(perSecond);
  arrivals.begin();
  const marksBefore = marks;
  const timer = setInterval(() => {
    for (let at = 0; how === 'once a second' && at < online; at += 1) markRead(at);
  }, 1_000);
  const cost = await measured(subject, () => send(count));
  clearInterval(timer);
  const { p99 } = arrivals.latency();
  console.log(`  ${how}: ${((cost.cpuSeconds * 1_000) / count).toFixed(2)} ms a message`);
  return { cost, p99, marks: marks - marksBefore };
}

async function send(many: number): Promise<void> {
  const from = sent;
  sent += many;
  await offer({ perSecond, count: many }, (at, intendedMs) => {
    arrivals.meant(from + at, intendedMs);
    group.send(from + at);
  });
  await until(() => arrivals.came() >= sent * online, 60_000);
}

function markRead(at: number): void {
  const number = newest[at] ?? 0;
  if (number === 0) return;
  marks += 1;
  group.devices[at]?.ask(document, {
    input: { conversationId: group.conversationId, number },
  });
}
