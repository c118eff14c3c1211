import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { standingOf } from '../faults/status.ts';
import { openArrivals } from './load/arrivals.ts';
import { openDevice } from './load/device.ts';
import type { Point } from './load/fit.ts';
import { linearFit } from './load/fit.ts';
import { offer, until } from './load/open-loop.ts';
import { openPairs, turnOf } from './load/pairs.ts';
import type { Somebody } from './load/people.ts';
import { ask } from './load/people.ts';
import { pinLoad, startSubject } from './load/platform.ts';
import { report } from './load/report.ts';
import { copiedWorld } from './seed/world.ts';

// Ten pairs who never stop, in few conversations so that what is remembered of each is full soon;
// devices that go and come back from their cursor, and pages that are read: what grows, and what
// levels off.
const minutes = Number(process.env.PARLEY_TEST_MINUTES ?? 10);
const perSecond = 500;
const pairCount = 10;
const sampleEveryMs = 5_000;
const awayMs = 1_000;

const inbox = '{ viewer { cursor inbox(first: 50) { edges { node { id title lastNumber } } } } }';
const page = `query ($id: ID!) {
  conversation(id: $id) { messages(last: 50) { edges { node { text author { name } } } } }
}`;

/** Postgres gives its WAL back above 2 GiB; those of the two logs are some MiB. */
const walMibMax = 2_048 + 256;

/** What is watched: by how much its last half may grow, in parts of its mean, or its most. */
const watched = {
  'heap after a collection': { unit: 'MiB', growth: 0.05, most: undefined },
  'memory of all processes': { unit: 'MiB', growth: 0.1, most: undefined },
  'open files and sockets': { unit: '', growth: 0.05, most: undefined },
  'WAL of log, event log and Postgres': { unit: 'MiB', growth: undefined, most: walMibMax },
  'events that read models are behind': { unit: '', growth: undefined, most: perSecond },
  'records that the courier is behind': { unit: '', growth: undefined, most: perSecond },
} as const;
type Sample = Readonly<Record<keyof typeof watched, number>>;
const whatIsWatched = Object.keys(watched) as (keyof Sample)[];

const pinned = pinLoad();
using world = copiedWorld('people');
await using subject = await startSubject({ folder: world.folder, inspected: true });
const { url } = subject;
const arrivals = openArrivals();
const pairs = await openPairs({ url, people: world.people, count: pairCount }, arrivals);
const hearers = world.people.filter((_, at) => at % 2 === 1).slice(0, pairCount);
const samples: (readonly [minute: number, Sample])[] = [];
const startedMs = performance.now();
let isOver = false;
let [returns, pages] = [0, 0];

const count = perSecond * minutes * 60;
const beside = [sampling(), ...hearers.map(comeAndGo)];
await offer({ perSecond, count }, (at, intendedMs) => {
  arrivals.meant(at, intendedMs);
  turnOf(pairs, at).send(at);
});
await until(() => arrivals.came() >= count, 60_000);
isOver = true;
await Promise.all(beside);
report('memory', {
  title: 'Memory, files and queues under load that does not end',
  note:
    `${pairCount} pairs, ${perSecond} messages a second for ${minutes} minutes, ` +
    `${returns} returns ` +
    `of devices from their cursor, ${pages} pages and inboxes read; growth is the slope of the ` +
    `last half of the run, over that half, in parts of its mean; ${pinned}`,
  rows: [
    ...whatIsWatched.flatMap((what) => {
      const { unit, growth, most } = watched[what];
      const half = lastHalf(what);
      const value = Math.max(...half.map(([, at]) => at));
      const atMost = { what: `${what}, most`, value, unit, must: most };
      if (growth === undefined) return [atMost];
      const grown = { value: growthOf(half) * 100, unit: '%', must: growth * 100 };
      return [atMost, { what: `${what}, growth`, ...grown }];
    }),
    { what: 'messages lost', value: count - arrivals.came(), unit: '', must: 0 },
  ],
  curves: whatIsWatched.map((what) => ({
    title: what.charAt(0).toUpperCase() + what.slice(1),
    x: { label: 'minutes' },
    y: { label: watched[what].unit },
    series: [{ name: what, points: curveOf(what) }],
  })),
});
for (const pair of pairs) pair.close();

async function sampling(): Promise<void> {
  while (!isOver) {
    await pause(sampleEveryMs);
    await subject.inspector?.collectGarbage();
    const { heapUsed = 0 } = await subject.counters();
    const { bytes, handles } = subject.usage();
    const standing = await standingOf(url);
    const minute = (performance.now() - startedMs) / 60_000;
    samples.push([
      minute,
      {
        'heap after a collection': heapUsed / 2 ** 20,
        'memory of all processes': bytes / 2 ** 20,
        'open files and sockets': handles,
        'WAL of log, event log and Postgres': walBytes() / 2 ** 20,
        'events that read models are behind': standing?.readModelsBehind ?? 0,
        'records that the courier is behind': standing?.courierBehind ?? 0,
      },
    ]);
    console.log(`  ${minute.toFixed(1)} min: heap ${(heapUsed / 2 ** 20).toFixed(0)} MiB`);
  }
}

/** A device that is away for a second, again and again, and reads before it listens. */
async function comeAndGo(who: Somebody): Promise<void> {
  while (!isOver) {
    const { viewer } = await ask(url, inbox, { token: who.token });
    const id = viewer.inbox.edges[0]?.node.id;
    await ask(url, page, { variables: { id }, token: who.token });
    pages += 2;
    await pause(awayMs);
    const { socket } = await openDevice(url, who, { after: viewer.cursor });
    returns += 1;
    await pause(awayMs);
    socket.close();
  }
}

function walBytes(): number {
  const beside = readdirSync(subject.folder).filter((name) => name.endsWith('-wal'));
  const postgres = 'postgres/data/pg_wal';
  const segments = readdirSync(join(subject.folder, postgres)).map((name) => join(postgres, name));
  return [...beside, ...segments].reduce((sum, name) => sum + sizeOf(name), 0);
}

/** A segment may be renamed meanwhile. */
function sizeOf(name: string): number {
  return statSync(join(subject.folder, name), { throwIfNoEntry: false })?.size ?? 0;
}

function curveOf(what: keyof Sample): readonly Point[] {
  return samples.map(([minute, sample]) => [minute, sample[what]]);
}

function lastHalf(what: keyof Sample): readonly Point[] {
  return curveOf(what).slice(Math.floor(samples.length / 2));
}

function growthOf(points: readonly Point[]): number {
  const [first, last] = [points[0]?.[0] ?? 0, points.at(-1)?.[0] ?? 0];
  const mean = points.reduce((sum, [, y]) => sum + y, 0) / Math.max(1, points.length);
  return mean === 0 ? 0 : (linearFit(points).slope * (last - first)) / mean;
}
