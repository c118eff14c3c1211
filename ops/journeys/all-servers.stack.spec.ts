import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openAnalytics } from '../adapters/analytics/open.ts';
import type { EveryServer, ServerName } from '../stack/every-server.ts';
import { everyServer, lackOfServers, openEveryServer } from '../stack/every-server.ts';
import { haproxyBefore } from '../stack/haproxy.ts';
import type { TestServer } from '../stack/testing.ts';
import { openTestServer } from '../stack/testing.ts';
import type { Program } from './process-tree.ts';
import { openProcessTree } from './process-tree.ts';
import type { Talk } from './talk.ts';
import { openTalk } from './talk.ts';
import type { Answer, Caller, TestDevice } from './testing.ts';
import { ask, createGroup, eventually, openDevice, register } from './testing.ts';
import { startWorkers } from './worker-mixes.ts';

const needed = Object.keys(everyServer) as readonly ServerName[];
const lack = lackOfServers(haproxyBefore(['', '']));

describe.skipIf(lack !== null)(`on every real server (${lack ?? 'all'})`, () => {
  const opened = new AsyncDisposableStack();
  const tree = opened.use(openProcessTree());
  let servers: EveryServer;
  const programs: Program[] = [];
  let url = '';
  let [ada, bob]: readonly Caller[] = [];
  let talk: Talk;
  let devices: readonly TestDevice[] = [];

  beforeAll(async () => {
    servers = opened.use(await openEveryServer());
    const environment = { ...servers.options, PARLEY_TRUSTED_PROXIES: '127.0.0.1' };
    programs.push(...(await startWorkers(tree, environment)));
    const gateways = ['api 1', 'api 2'].map((name) =>
      tree.program({ name, script: ['api/main.ts'], serves: true, environment }),
    );
    const [first, second] = await Promise.all(gateways);
    programs.push(first as Program, second as Program);
    const hosts = [first, second].map((gateway) => new URL(gateway?.url ?? '').host);
    const balancer = opened.use(await openTestServer(haproxyBefore(hosts as [string, string])));
    url = `http://${balancer.option.value}`;
  }, 600_000);
  afterAll(() => opened.disposeAsync(), 120_000);

  const find = async (query: string): Promise<readonly string[]> => {
    const searching = `query ($query: String!) { search(query: $query, kinds: [MESSAGE]) {
      edges { node { ... on MessageHit { message { text } } } } } }`;
    const { token } = bob as Caller;
    const { search }: Answer = await ask(url, searching, { variables: { query }, token });
    return search.edges.map(({ node }: Answer) => node.message.text);
  };
  const counted = async (): Promise<number> => {
    const address = servers.all.get('clickhouse')?.option.value ?? '';
    await using analytics = await openAnalytics({ kind: 'clickhouse', url: address });
    const sql = "select sum(messages) as n from messages_by_kind where grain = 'hour'";
    const [row] = await analytics.ask<{ readonly n: string }>({ sql, as: 'analyst' });
    return Number(row?.n ?? 0);
  };
  /** Everything is where it belongs: with devices, in search, in the figures. */
  const everythingHeals = async (word: string): Promise<void> => {
    await talk.heardBy(devices, 120_000);
    await eventually(async () => expect(await find(word)).toEqual([word]), 120_000);
    await eventually(async () => expect(await counted()).toBe(talk.said.length), 120_000);
  };

  it('people talk through two gateways and three processes of workers', async () => {
    ada = await register(url, 'Ada');
    bob = await register(url, 'Bob');
    talk = openTalk(ada, await createGroup(ada, [bob]));
    devices = [ada, ada, bob, bob].map((caller) => openDevice(url, caller, caller.cursor));
    for (let n = 0; n < 10; n += 1) await talk.say(`before ${n}`);
    await talk.say('heliotrope');
    await everythingHeals('heliotrope');
  }, 300_000);

  const words = ['amaranth', 'bergamot', 'chicory', 'dandelion', 'edelweiss', 'foxglove'];
  it.each(needed.map((name, at) => [name, words[at] ?? ''] as const))(
    'nothing is lost when %s is killed while people talk (laws 1, 3, 4, 9, 13)',
    async (name, word) => {
      const server = servers.all.get(name) as TestServer;
      const needsIt = name === 'event-store' || name === 'postgres';
      await server.kill();
      if (!needsIt) for (let n = 0; n < 5; n += 1) await talk.say(`without ${name} ${n}`);
      const waiting = talk.say(`as soon as ${name} is back`);
      await server.start();
      await waiting;
      await talk.say(word);
      await everythingHeals(word);
    },
    600_000,
  );

  it('nobody ended by itself on the way', async () => {
    for (const device of devices) await device.stop();
    for (const program of programs) expect(program.pid(), program.name).not.toBe(null);
  });
});
