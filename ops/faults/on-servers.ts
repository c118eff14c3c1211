import type { Link } from '../journeys/link.ts';
import { openLink } from '../journeys/link.ts';
import type { Program } from '../journeys/process-tree.ts';
import { openProcessTree } from '../journeys/process-tree.ts';
import { startWorkers } from '../journeys/worker-mixes.ts';
import type { EveryServer, ServerName } from '../stack/every-server.ts';
import { everyServer } from '../stack/every-server.ts';
import { haproxyBefore } from '../stack/haproxy.ts';
import type { TestServer } from '../stack/testing.ts';
import { openTestServer } from '../stack/testing.ts';
import type { Subject } from './platform.ts';
import { sentenceOf, unlimited } from './platform.ts';

export type Side = 'apis' | 'workers';

const inner = [
  ...(['apis-event-store', 'apis-postgres', 'apis-redis'] as const),
  ...(['workers-postgres', 'workers-redis', 'workers-clickhouse'] as const),
];

/** Where a proxy of ours lies: before a device of each person, or before a server for its users. */
export type Between = 'people' | (typeof inner)[number];

/** The platform on real servers: two APIs behind HAProxy, three processes of workers in mixes. */
export type Stage = Subject & {
  readonly machines: Readonly<Record<string, string>>;
  readonly apis: readonly Program[];
  readonly workers: readonly Program[];
  server(name: ServerName): TestServer;
  link(between: Between): Link;
};

/** What a row wants of a stage. */
export type Wanted = {
  readonly linked: boolean; // every link is there; where not, nothing lies between
  readonly environment: Readonly<Record<string, string>>; // of workers
};

export type StageOptions = Wanted & {
  readonly code: string;
  readonly servers: EveryServer;
  readonly data: string; // folder of the platform that is on these servers
};

/** On a data folder that stays: what is on the servers is sealed under its key. */
export async function startOnServers(options: StageOptions): Promise<Stage> {
  await using opened = new AsyncDisposableStack();
  const servers = options.servers.all;
  const links = await openLinks(opened, options.linked ? inner : [], servers);
  const tree = opened.use(openProcessTree({ code: options.code, data: options.data }));
  const workers = await startWorkers(tree, {
    ...{ ...unlimited, ...namesFor('workers', servers, links), ...options.environment },
  });
  const environment = { ...unlimited, ...namesFor('apis', servers, links), ...trusting };
  const apis = await Promise.all(
    ['api 1', 'api 2'].map((name) =>
      tree.program({ name, script: ['api/main.ts'], serves: true, environment }),
    ),
  );
  const hosts = apis.map(({ url }) => new URL(url).host) as [string, string];
  const balancer = opened.use(await openTestServer(haproxyBefore(hosts)));
  const people = options.linked ? opened.use(await openLink(balancer.port)) : null;
  if (people) links.set('people', people);
  const ports = [balancer.port, ...(people ? [people.port] : [])];
  const programs = [...workers, ...apis];
  const kept = opened.move();
  return {
    ...{ folder: tree.folder, programs, workers, apis },
    urls: ports.map((port) => `http://127.0.0.1:${port}`),
    machines: namesFor(null, servers, links),
    server: (name) => had(servers, name),
    link: (between) => had(links, between),
    takeDefects: () => programs.flatMap((program) => program.takeDefects()).map(sentenceOf),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

const trusting = { PARLEY_TRUSTED_PROXIES: '127.0.0.1' };

async function openLinks(
  opened: AsyncDisposableStack,
  wanted: typeof inner,
  servers: ReadonlyMap<ServerName, TestServer>,
): Promise<Map<Between, Link>> {
  const links = new Map<Between, Link>();
  for (const between of wanted) {
    const name = between.slice(between.indexOf('-') + 1) as ServerName;
    links.set(between, opened.use(await openLink(had(servers, name).port)));
  }
  return links;
}

/** The options by which one side finds the servers, past the links on its way. */
function namesFor(
  side: Side | null,
  servers: ReadonlyMap<ServerName, TestServer>,
  links: ReadonlyMap<Between, Link>,
): Readonly<Record<string, string>> {
  const options = [...servers].map(([name, { port }]) => {
    const link = side === null ? undefined : links.get(`${side}-${name}` as Between);
    return everyServer[name].option(link?.port ?? port);
  });
  return Object.fromEntries(options.map(({ name, value }) => [name, value]));
}

function had<Key, Value>(all: ReadonlyMap<Key, Value>, key: Key): Value {
  const found = all.get(key);
  if (!found) throw new Error(`the stage was started without ${key}`);
  return found;
}
