import { openArrivals } from './load/arrivals.ts';
import { openGroup } from './load/group.ts';
import { offer, until } from './load/open-loop.ts';
import { openPairs, turnOf } from './load/pairs.ts';
import { pinLoad, startServer } from './load/platform.ts';
import { report } from './load/report.ts';

// The load itself against a server that does nothing: it must reach three times what it is used
// for, or its figures are its own.
const seconds = 8;
const people = Array.from({ length: 100 }, (_, at) => ({ id: `p${at}`, token: `p${at}` }));

const pinned = pinLoad();
await using server = await startServer('ops/bench/load/empty-server.ts', {});
const { url } = server;

const direct = openArrivals();
const pairs = await openPairs({ url, people, count: 50 }, direct);
const oneToOne = await carried(3_000, 1, direct, (mark) => turnOf(pairs, mark).send(mark));
for (const pair of pairs) pair.close();

const heard = openArrivals();
const group = await openGroup({ url, members: people, online: 100 }, heard);
const fanOut = await carried(1_800, 100, heard, group.send);
group.close();

report('generator', {
  title: 'The load against an empty server',
  note: `${seconds} s each; ${pinned}`,
  rows: [
    {
      ...{ what: 'one to one: messages a second', value: oneToOne.perSecond, unit: '/s' },
      ...{ must: 2_950, atLeast: true },
    },
    { what: 'one to one: p99', value: oneToOne.p99, unit: 'ms' },
    {
      ...{ what: 'group of 100: deliveries a second', value: fanOut.perSecond, unit: '/s' },
      ...{ must: 177_000, atLeast: true },
    },
    { what: 'group of 100: p99', value: fanOut.p99, unit: 'ms' },
    { what: 'deliveries lost', value: oneToOne.lost + fanOut.lost, unit: '', must: 0 },
  ],
});

async function carried(
  perSecond: number,
  each: number,
  arrivals: ReturnType<typeof openArrivals>,
  send: (mark: number) => void,
) {
  const warm = perSecond;
  const count = perSecond * seconds;
  const run = async (many: number, from: number): Promise<void> => {
    await offer({ perSecond, count: many }, (at, intendedMs) => {
      arrivals.meant(from + at, intendedMs);
      send(from + at);
    });
    await until(() => arrivals.came() >= (from + many) * each, 10_000);
  };
  await run(warm, 0);
  arrivals.begin();
  const startedAt = performance.now();
  await run(count, warm);
  const taken = (performance.now() - startedAt) / 1_000;
  return {
    perSecond: (count * each) / taken,
    p99: arrivals.latency().p99,
    lost: (warm + count) * each - arrivals.came(),
  };
}
