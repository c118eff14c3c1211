import { setTimeout as pause } from 'node:timers/promises';
import { encodeCursor } from '../../schemas/graphql/cursor.ts';
import { openArrivals } from './load/arrivals.ts';
import { openDevice } from './load/device.ts';
import { median } from './load/fit.ts';
import type { Cost } from './load/measured.ts';
import { countedRows, measured } from './load/measured.ts';
import { offer, until } from './load/open-loop.ts';
import { openPairs, turnOf } from './load/pairs.ts';
import { pinLoad, startSubject } from './load/platform.ts';
import { quietness, report } from './load/report.ts';
import { seededWorld } from './seed/world.ts';

// A device comes back after 10,000 events of a conversation of 1,000,000, alone and while others
// talk; and one after 100,000, which must not take more memory.
const missed = 10_000;
const aloneRounds = 10;
const othersPerSecond = 200;
const othersSeconds = 12;
const pairCount = 25;

const pinned = pinLoad();
const world = seededWorld('history-6');
await using subject = await startSubject({ folder: world.folder });
const history = world.histories.at(-1);
const member = world.people[history?.memberAt ?? 0];
if (!history || !member) throw new Error('the world has no history');

await comeBack(missed);
await comeBack(missed);
let came = 0;
const cost: Cost = await measured(subject, async () => {
  for (let round = 0; round < aloneRounds; round += 1) came += (await comeBack(missed)).messages;
});
const times: number[] = [];
for (let round = 0; round < 5; round += 1) times.push((await comeBack(missed)).ms);

const settledBytes = subject.usage().bytes;
const small = await mostBytesDuring(() => comeBack(missed));
const large = await mostBytesDuring(() => comeBack(10 * missed));
const others = await othersMeanwhile();

report('catch-up', {
  title: 'Catching up after 10,000 missed events',
  note:
    `in a conversation of 1,000,000; others: ${pairCount} pairs, ${othersPerSecond} messages a ` +
    `second for ${othersSeconds} s, a device comes back each second; ${pinned}`,
  rows: [
    {
      ...{ what: 'CPU an event', value: (cost.cpuSeconds * 1e6) / came, unit: 'µs' },
      ...{ must: 27, aim: 10, peer: 68 },
    },
    { what: 'events sent of those missed', value: came / aloneRounds / missed, unit: '', must: 1 },
    { what: 'time to come back, median', value: median(times), unit: 'ms', peer: 719 },
    {
      what: 'memory more during 10,000 events',
      value: (small - settledBytes) / 2 ** 20,
      unit: 'MiB',
    },
    {
      ...{ what: 'memory more during 100,000 events', value: (large - settledBytes) / 2 ** 20 },
      ...{ unit: 'MiB', must: 64 },
    },
    {
      ...{ what: "others' p99, with against without", value: others.during / others.before },
      ...{ unit: 'times', must: 1.2 },
    },
    { what: "others' p99 without", value: others.before, unit: 'ms' },
    { what: "others' p99 with", value: others.during, unit: 'ms' },
    { what: "others' messages lost", value: others.lost, unit: '', must: 0 },
    ...countedRows(cost, { operations: came, each: 'event' }),
    ...quietness(cost),
  ],
});

/** A device with a cursor so many messages back; resolves when it is live again. */
async function comeBack(events: number) {
  if (!history || !member) throw new Error('the world has no history');
  const after = encodeCursor(await positionBefore(events));
  const startedAt = performance.now();
  let messages = 0;
  const device = await openDevice(subject.url, member, {
    after,
    heard: {
      frame: (payload) => {
        if (payload.includes('"MessageSent"')) messages += 1;
      },
    },
  });
  const ms = performance.now() - startedAt;
  device.socket.close();
  return { ms, messages };
}

/** Messages lie one behind the other in the log, but for a snapshot here and there. */
async function positionBefore(events: number): Promise<bigint> {
  return BigInt(history?.positions.last ?? '0') - BigInt(events);
}

async function mostBytesDuring(work: () => Promise<unknown>): Promise<number> {
  let most = 0;
  const timer = setInterval(() => {
    most = Math.max(most, subject.usage().bytes);
  }, 20);
  await work();
  await pause(50);
  clearInterval(timer);
  return most;
}

/** What people who talk meanwhile notice. */
async function othersMeanwhile() {
  const arrivals = openArrivals();
  const people = world.people.slice(500, 500 + 2 * pairCount);
  const pairs = await openPairs({ url: subject.url, people, count: pairCount }, arrivals);
  let sent = 0;
  const talk = async (): Promise<number> => {
    arrivals.begin();
    const from = sent;
    sent += othersPerSecond * othersSeconds;
    await offer({ perSecond: othersPerSecond, count: sent - from }, (at, intendedMs) => {
      arrivals.meant(from + at, intendedMs);
      turnOf(pairs, at).send(from + at);
    });
    await until(() => arrivals.came() >= sent, 10_000);
    return arrivals.latency().p99;
  };
  await talk();
  const before = await talk();
  let talking = true;
  const coming = (async () => {
    while (talking) await Promise.all([comeBack(missed), pause(1_000)]);
  })();
  const during = await talk();
  talking = false;
  await coming;
  for (const pair of pairs) pair.close();
  return { before, during, lost: sent - arrivals.came() };
}
