import { setTimeout as pause } from 'node:timers/promises';
import { encodeCursor } from '../../schemas/graphql/cursor.ts';
import { askMany } from './load/asked.ts';
import { markedText, openDevice } from './load/device.ts';
import type { Point } from './load/fit.ts';
import { exponent, median } from './load/fit.ts';
import type { Cost } from './load/measured.ts';
import { measured } from './load/measured.ts';
import { offer, until } from './load/open-loop.ts';
import { openAsking } from './load/pages.ts';
import { createGroup } from './load/people.ts';
import type { Subject } from './load/platform.ts';
import { pinLoad, startSubject } from './load/platform.ts';
import type { Row } from './load/report.ts';
import { report } from './load/report.ts';
import type { History, OpenedWorld } from './seed/world.ts';
import { seededWorld } from './seed/world.ts';

// How costs grow: the rows of the design's table of slopes that this path has; history pages,
// members online and rebuilds have theirs in their own benches. Each point is measured three times
// in a mixed order, the medians are fitted on logarithmic axes.
const rounds = 3;
const sends = 150;
const sendsPerSecond = 100;

type Slope = {
  readonly what: string;
  readonly points: readonly Point[];
  readonly must: number; // the exponent, at most
};

const pinned = pinLoad();
const slopes: Slope[] = [];
const counts: Row[] = [];
const seeded = seededWorld('history-6');
await using platform = await startSubject({ folder: seeded.folder });
await coldSends(platform, seeded);
await sendsByLength(platform, seeded);
await sendsByMembers(platform, seeded);
await unreadByNumber(platform, seeded);
await catchUps(platform, seeded);
await arrivals(platform, seeded);
report('slopes', {
  title: 'How costs grow',
  note:
    'exponents on logarithmic axes (0: no matter how much, 1: in proportion), ' +
    `${rounds} rounds in mixed order, medians; ${pinned}`,
  rows: [
    ...slopes.map(({ what, points, must }) => ({
      ...{ what: `exponent: ${what}`, value: exponent(points), unit: '', must },
    })),
    ...counts,
  ],
  curves: [
    {
      title: 'Cost by size, each in parts of its least',
      ...{ x: { label: 'size', log: true }, y: { label: 'times the least', log: true } },
      series: slopes.map(({ what, points }) => {
        const least = Math.min(...points.map(([, y]) => y));
        return { name: what, points: points.map(([x, y]) => [x, y / least]) };
      }),
    },
  ],
});

/** Medians of several rounds over the same sizes, the sizes in another order each round. */
async function pointsOver<Size>(
  sizes: readonly Size[],
  sizeOf: (size: Size) => number,
  cost: (size: Size) => Promise<number>,
): Promise<readonly Point[]> {
  const seen = new Map<number, number[]>();
  for (const size of sizes.slice(0, 1)) await cost(size); // warm: what is compiled once counts not
  for (let round = 0; round < rounds; round += 1) {
    const order = round % 2 === 0 ? sizes : [...sizes].reverse();
    for (const size of order) {
      const known = seen.get(sizeOf(size)) ?? [];
      seen.set(sizeOf(size), [...known, await cost(size)]);
    }
  }
  return [...seen].map(([x, ys]) => [x, median(ys)]);
}

/** The first command of a process loads the conversation: it must not read it all. */
async function coldSends(subject: Subject, world: OpenedWorld): Promise<void> {
  let most = 0;
  for (const history of world.histories) {
    const { counted } = await costOfSends(subject, world, { to: history.conversationId, count: 1 });
    most = Math.max(most, counted.eventsRead ?? 0);
  }
  counts.push({ what: 'events read by a first send, at most', value: most, unit: '', must: 1_000 });
}

async function sendsByLength(subject: Subject, world: OpenedWorld): Promise<void> {
  const costs: Cost[] = [];
  const points = await pointsOver(
    world.histories,
    ({ messages }: History) => messages,
    async ({ conversationId: to }) => {
      const cost = await costOfSends(subject, world, { to, count: sends });
      costs.push(cost);
      return (cost.cpuSeconds * 1e6) / sends;
    },
  );
  slopes.push({ what: 'CPU of a send by length of the conversation', points, must: 0.05 });
  const stored = costs.map(({ counted }) => (counted.eventsWritten ?? 0) / sends);
  counts.push({
    what: 'events stored a send, most of all lengths',
    ...{ value: Math.max(...stored), unit: '', must: 1.05 },
  });
}

async function sendsByMembers(subject: Subject, world: OpenedWorld): Promise<void> {
  const [owner] = world.people;
  if (!owner) throw new Error('the world has no people');
  const groups = new Map<number, string>();
  for (const size of [2, 10, 100, 1_000]) {
    groups.set(size, await createGroup(subject.url, owner, world.people.slice(1, size)));
  }
  const stored: number[] = [];
  const points = await pointsOver(
    [...groups],
    ([size]) => size,
    async ([, to]) => {
      const cost = await costOfSends(subject, world, { to, count: sends, by: 0 });
      stored.push((cost.counted.eventsWritten ?? 0) / sends);
      return (cost.cpuSeconds * 1e6) / sends;
    },
  );
  slopes.push({ what: 'CPU of a send by members who are away', points, must: 0.05 });
  counts.push({
    what: 'events stored a send, most of all sizes of group',
    ...{ value: Math.max(...stored), unit: '', must: 1.05 },
  });
}

async function costOfSends(
  subject: Subject,
  world: OpenedWorld,
  { to, count, by = 1 }: { readonly to: string; readonly count: number; readonly by?: number },
): Promise<Cost> {
  const sender = world.people[by];
  if (!sender) throw new Error('the world has no people');
  let answered = 0;
  const heard = {
    answer: () => {
      answered += 1;
    },
  };
  const device = await openDevice(subject.url, sender, { subscribe: false, heard });
  const cost = await measured(subject, async () => {
    await offer({ perSecond: sendsPerSecond, count }, (at) => device.send(to, markedText(at)));
    await until(() => answered >= count, 20_000);
    await pause(300); // what follows an answer is its cost too
  });
  device.socket.close();
  return cost;
}

async function unreadByNumber(subject: Subject, world: OpenedWorld): Promise<void> {
  const reader = world.people[50];
  if (!reader) throw new Error('the world has no people');
  const query = 'query ($id: ID!) { conversation(id: $id) { my { unread } } }';
  const asking = openAsking(subject.url, reader, query);
  const rows: number[] = [];
  const points = await pointsOver(
    world.histories,
    ({ messages }: History) => messages,
    async ({ conversationId: id }) => {
      const asked = await askMany(subject, asking, {
        ...{ perSecond: 200, count: 200, variables: () => ({ id }) },
      });
      rows.push(asked.cost.counted.rowsRead ?? 0);
      return asked.milliseconds;
    },
  );
  asking.close();
  slopes.push({ what: 'CPU of an unread count by what is unread', points, must: 0.05 });
  counts.push({
    what: 'rows read for an unread count, most over least',
    ...{ value: Math.max(...rows) / Math.min(...rows), unit: 'times', must: 1.05 },
  });
}

async function catchUps(subject: Subject, world: OpenedWorld): Promise<void> {
  const longest = world.histories.at(-1);
  if (!longest) throw new Error('the world has no history');
  // Counted from the head, as the sends before lie behind the last history.
  const head = await firstPosition(subject, world, { to: longest.conversationId, count: 1 });
  const byMissed = await pointsOver([1_000, 10_000, 100_000], Number, (missed) =>
    cpuOfCatchUp(subject, world, { after: head - BigInt(missed) }),
  );
  slopes.push({ what: 'CPU of catching up by missed events', points: byMissed, must: 1.05 });
  // Missed at the end of the log: who missed an early history missed all that followed it.
  const missed = 900;
  const byHistory = await pointsOver(
    world.histories.filter(({ messages }) => messages >= 1_000),
    ({ messages }) => messages,
    async ({ conversationId: to }) => {
      const after = (await firstPosition(subject, world, { to, count: missed })) - 1n;
      return cpuOfCatchUp(subject, world, { after, times: 10 });
    },
  );
  slopes.push({ what: 'CPU of catching up by length of history', points: byHistory, must: 0.05 });
}

/** Sends so many, and answers with the position of the first in the log. */
async function firstPosition(
  subject: Subject,
  world: OpenedWorld,
  { to, count }: { readonly to: string; readonly count: number },
): Promise<bigint> {
  const positions: bigint[] = [];
  const heard = {
    frame: (payload: Buffer) => {
      const position = /"sendMessage".*"position":"(\d+)"/.exec(payload.toString())?.[1];
      if (position !== undefined) positions.push(BigInt(position));
    },
  };
  const device = await openDevice(subject.url, memberOf(world), { subscribe: false, heard });
  await offer({ perSecond: 500, count }, (at) => device.send(to, markedText(at)));
  await until(() => positions.length >= count, 20_000);
  await pause(1_000); // until the read models are there too
  device.socket.close();
  return positions.toSorted((one, other) => Number(one - other))[0] ?? 0n;
}

async function cpuOfCatchUp(
  subject: Subject,
  world: OpenedWorld,
  { after, times = 1 }: { readonly after: bigint; readonly times?: number },
): Promise<number> {
  const cost = await measured(subject, async () => {
    for (let time = 0; time < times; time += 1) {
      const device = await openDevice(subject.url, memberOf(world), { after: encodeCursor(after) });
      device.socket.close();
    }
  });
  return (cost.cpuSeconds * 1e6) / times;
}

/** Who is in every history. */
function memberOf(world: OpenedWorld): OpenedWorld['people'][number] {
  const member = world.people[1];
  if (!member) throw new Error('the world has no people');
  return member;
}

/** Devices that come at once, as after a deploy. */
async function arrivals(subject: Subject, world: OpenedWorld): Promise<void> {
  const statements: number[] = [];
  const points = await pointsOver([100, 300, 1_000], Number, async (count) => {
    const devices: { close(): void }[] = [];
    const cost = await measured(subject, async () => {
      for (let from = 0; from < count; from += 100) {
        const some = world.people.slice(from, from + 100);
        const opened = await Promise.all(some.map((one) => openDevice(subject.url, one)));
        devices.push(...opened.map(({ socket }) => socket));
      }
    });
    for (const device of devices) device.close();
    statements.push((cost.counted.statements ?? 0) / count);
    await pause(500);
    return (cost.cpuSeconds * 1e6) / count;
  });
  slopes.push({ what: 'CPU of a device that comes by how many come', points, must: 0.05 });
  counts.push({
    what: 'statements for a device that comes, at most',
    ...{ value: Math.max(...statements), unit: '' },
  });
}
