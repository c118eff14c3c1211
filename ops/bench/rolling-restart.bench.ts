import { setTimeout as pause } from 'node:timers/promises';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import type { Program } from '../journeys/process-tree.ts';
import { openProcessTree } from '../journeys/process-tree.ts';
import { startTwoGateways } from '../journeys/two-gateways.ts';
import { PlainError } from '../plain-error.ts';
import { haproxyBefore } from '../stack/haproxy.ts';
import { redis } from '../stack/redis.ts';
import { lackOf, openTestServer } from '../stack/testing.ts';
import { liveDocument } from './load/device.ts';
import type { Answer, Somebody } from './load/people.ts';
import { registerMany } from './load/people.ts';
import { unlimited } from './load/platform.ts';
import { report } from './load/report.ts';

// 500 devices behind a balancer, while one gateway after the other is restarted.
const peopleCount = 100;
const devicesEach = 5;
const backWithinMs = 30_000; // who is not back by then is counted as never

/** How long a client waits before it tries again for the nth time, ms. */
type Pace = (tries: number) => number;

/** What we ask of clients: anything up to half a second, then twice as long each time. */
const advised: Pace = (tries) => Math.random() * Math.min(30_000, 500 * 2 ** tries);
/** What graphql-ws does when nobody tells it otherwise: a second, doubled, and 0.3 to 3 s. */
const asGraphqlWs: Pace = (tries) => 1_000 * 2 ** tries + 300 + Math.random() * 2_700;

/** A device, and when its socket was closed and it was told again where it stands. */
type Comeback = { readonly closedAt: number; backAt: number | null };

const lack = lackOf(redis) ?? lackOf(haproxyBefore(['', '']));
if (lack !== null) throw new PlainError(lack);
await using opened = new AsyncDisposableStack();
const tree = opened.use(openProcessTree());
const cache = opened.use(await openTestServer(redis));
const gateways = await startTwoGateways(tree, cache, {
  ...unlimited,
  PARLEY_TRUSTED_PROXIES: '127.0.0.1',
});
const [first, second] = gateways.map(({ url }) => new URL(url).host) as [string, string];
const balancer = opened.use(await openTestServer(haproxyBefore([first, second])));
const url = `http://${balancer.option.value}`;
const people = await registerMany(url, peopleCount);

const asAdvised = await restartedUnder(advised);
const asDefault = await restartedUnder(asGraphqlWs);
report('rolling-restart', {
  title: '500 devices while one gateway after the other is restarted',
  note:
    'engines, workers, two gateways, Redis and HAProxy on one machine; a gateway closes its ' +
    'sockets over a second before it ends; back: its subscription has said where it stands',
  rows: [
    { ...rowOf('back after the order to stop, p95', asAdvised.sinceOrder), must: 3_000 },
    rowOf('back after its own socket was closed, p95', asAdvised.sinceClosed),
    rowOf("the same with the waits of graphql-ws's own client, p95", asDefault.sinceClosed),
    { what: 'devices that never came back', value: asAdvised.lost, unit: '', must: 0 },
    { what: 'of the two restarts, sockets closed', value: asAdvised.sinceClosed.length, unit: '' },
  ],
});

async function restartedUnder(pace: Pace) {
  const seen: Comeback[] = [];
  const stops = people.flatMap((somebody) =>
    Array.from({ length: devicesEach }, () => openDevice(somebody, { pace, seen })),
  );
  const devices = await Promise.all(stops);
  const sinceOrder: number[] = [];
  const sinceClosed: number[] = [];
  let lost = 0;
  for (const gateway of gateways) {
    seen.length = 0;
    const orderedAt = performance.now();
    await restarted(gateway);
    const until = orderedAt + backWithinMs;
    while (seen.some(({ backAt }) => backAt === null) && performance.now() < until) {
      await pause(20);
    }
    for (const { closedAt, backAt } of seen) {
      if (backAt === null) lost += 1;
      sinceOrder.push((backAt ?? Number.POSITIVE_INFINITY) - orderedAt);
      sinceClosed.push((backAt ?? Number.POSITIVE_INFINITY) - closedAt);
    }
    await pause(1_000); // the balancer sees it again
  }
  await Promise.all(devices.map((close) => close()));
  return { sinceOrder, sinceClosed, lost };
}

async function restarted(gateway: Program): Promise<void> {
  await gateway.stop();
  await gateway.start();
}

/** Resolves with how to end it, once it has been told where it stands. */
async function openDevice(
  { token }: Somebody,
  { pace, seen }: { readonly pace: Pace; readonly seen: Comeback[] },
): Promise<() => Promise<void>> {
  const ready = Promise.withResolvers<void>();
  let away: Comeback | null = null;
  let cursor: string | null = null;
  let isOver = false;
  const client = createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 1_000,
    shouldRetry: () => true,
    retryWait: (tries) => pause(pace(tries)),
    connectionParams: () => ({ authorization: `Bearer ${token}`, cursor }),
    on: {
      closed: () => {
        if (isOver || away !== null) return;
        away = { closedAt: performance.now(), backAt: null };
        seen.push(away);
      },
    },
  });
  client.subscribe<Answer>(
    { query: liveDocument, variables: { after: null } },
    {
      next: ({ data }) => {
        if (data.events.__typename !== 'Progress') return;
        cursor = data.events.cursor;
        if (away !== null) away.backAt = performance.now();
        away = null;
        ready.resolve();
      },
      error: ready.reject,
      complete: () => undefined,
    },
  );
  await ready.promise;
  return async () => {
    isOver = true;
    await client.dispose();
  };
}

function rowOf(what: string, times: readonly number[]) {
  const sorted = times.toSorted((one, other) => one - other);
  return { what, value: sorted[Math.ceil(sorted.length * 0.95) - 1] ?? 0, unit: 'ms' };
}
