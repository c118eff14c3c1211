import { setTimeout as pause } from 'node:timers/promises';
import { openArrivals } from './load/arrivals.ts';
import { median } from './load/fit.ts';
import { openGroup } from './load/group.ts';
import { measured } from './load/measured.ts';
import { offer, until } from './load/open-loop.ts';
import type { Somebody } from './load/people.ts';
import type { Watched } from './load/platform.ts';
import { pinLoad, startServer, startSubject } from './load/platform.ts';
import type { Row } from './load/report.ts';
import { report } from './load/report.ts';
import { copiedWorld } from './seed/world.ts';

// The same 1,000 subscribers of one document on our platform and on unmodified libraries, in turn.
// Theirs store nothing, know no members and check no token; ours does all of it, Postgres included.
const subscribers = 1_000;
const perSecond = 20;
const messages = 160;
const rounds = 3;

type Taken = {
  readonly microseconds: number; // CPU a delivery
  readonly p99: number;
  readonly kib: number; // memory a subscriber
  readonly lost: number;
};
type Name = 'ours' | 'mercurius' | 'graphql-ws';

const pinned = pinLoad();
const strangers = Array.from({ length: subscribers }, (_, at) => ({ id: `p${at}`, token: 'none' }));
const taken: Record<Name, Taken[]> = { ours: [], mercurius: [], 'graphql-ws': [] };
for (let round = 0; round < rounds; round += 1) {
  taken.ours.push(await ours());
  for (const name of ['mercurius', 'graphql-ws'] as const) taken[name].push(await stock(name));
}

const middle = (name: Name, of: keyof Taken) => median(taken[name].map((one) => one[of]));
const names = ['ours', 'mercurius', 'graphql-ws'] as const;
report('stock', {
  title: 'Beside unmodified libraries: 1,000 subscribers of the same document',
  note:
    `${perSecond} messages a second, ${messages} of them, ${rounds} rounds in turn, medians; ` +
    `ours stores, projects and authorises each, theirs keep nothing; ${pinned}`,
  rows: [
    ...(['mercurius', 'graphql-ws'] as const).flatMap((name): readonly Row[] => [
      {
        ...{ what: `CPU a delivery, ours against stock ${name}`, unit: 'times' },
        ...{
          value: middle('ours', 'microseconds') / middle(name, 'microseconds'),
          must: 0.4,
          aim: 0.25,
        },
      },
      {
        ...{ what: `idle memory, ours against stock ${name}`, unit: 'times' },
        value: middle('ours', 'kib') / middle(name, 'kib'),
      },
    ]),
    ...names.flatMap((name): readonly Row[] => [
      { what: `${name}: CPU a delivery`, value: middle(name, 'microseconds'), unit: 'µs' },
      { what: `${name}: memory a subscriber`, value: middle(name, 'kib'), unit: 'KiB' },
      { what: `${name}: send to delivery, p99`, value: middle(name, 'p99'), unit: 'ms' },
      { what: `${name}: deliveries lost`, value: middle(name, 'lost'), unit: '' },
    ]),
  ],
});

async function ours(): Promise<Taken> {
  using world = copiedWorld('people');
  await using subject = await startSubject({ folder: world.folder, inspected: true });
  return await deliverOn('ours', subject, world.people);
}

async function stock(name: Exclude<Name, 'ours'>): Promise<Taken> {
  await using server = await startServer(`ops/bench/stock/${name}.ts`, { inspected: true });
  return await deliverOn(name, server, strangers);
}

async function deliverOn(name: Name, server: Watched, people: readonly Somebody[]): Promise<Taken> {
  const arrivals = openArrivals();
  const { url } = server;
  const warm = await openGroup({ url, members: people, online: 50 }, openArrivals());
  warm.close();
  const before = await collectedBytes(server);
  const group = await openGroup({ url, members: people, online: subscribers }, arrivals);
  const kib = ((await collectedBytes(server)) - before) / subscribers / 1_024;
  const run = async (count: number, from: number): Promise<void> => {
    await offer({ perSecond, count }, (at, intendedMs) => {
      arrivals.meant(from + at, intendedMs);
      group.send(from + at);
    });
    await until(() => arrivals.came() >= (from + count) * subscribers, 20_000);
  };
  await run(20, 0);
  arrivals.begin();
  const cost = await measured(server, () => run(messages, 20));
  const deliveries = messages * subscribers;
  const microseconds = (cost.cpuSeconds * 1e6) / deliveries;
  const lost = (messages + 20) * subscribers - arrivals.came();
  group.close();
  console.log(`  ${name}: ${microseconds.toFixed(1)} µs a delivery, ${kib.toFixed(1)} KiB each`);
  return { microseconds, p99: arrivals.latency().p99, kib, lost };
}

async function collectedBytes(server: Watched): Promise<number> {
  await pause(1_000);
  await server.inspector?.collectGarbage();
  await pause(300);
  return server.usage().bytes;
}
