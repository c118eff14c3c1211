import { freePort } from '../../free-port.ts';
import type { Program } from '../../journeys/process-tree.ts';
import { openProcessTree } from '../../journeys/process-tree.ts';
import { PlainError } from '../../plain-error.ts';
import { clickhouse } from '../../stack/clickhouse.ts';
import { elasticsearch } from '../../stack/elasticsearch.ts';
import { eventStore } from '../../stack/event-store.ts';
import { kafka } from '../../stack/kafka.ts';
import { postgres } from '../../stack/postgres.ts';
import { redis } from '../../stack/redis.ts';
import type { TestServer } from '../../stack/testing.ts';
import { lackOf, openTestServer } from '../../stack/testing.ts';
import { unlimited } from './platform.ts';
import { cpuSecondsOf, treeOf } from './processes.ts';

/** The platform in processes on every real server of the stack, all of them its own. */
export type Deployment = {
  readonly gateways: readonly [string, string]; // URLs
  readonly metricsUrl: string; // of the relay's process
  /** Address of a server, as the option of the platform names it. */
  address(server: ServerName): string;
  /** CPU-seconds so far, by process; a server counts with all that it started. */
  cpuByProcess(): ReadonlyMap<string, number>;
  [Symbol.asyncDispose](): Promise<void>;
};

const servers = {
  ...{ 'event-store': eventStore, postgres, kafka, redis, elasticsearch, clickhouse },
} as const;
type ServerName = keyof typeof servers;

/** Each worker has a process of its own, so that what it takes is seen by itself. */
const workers = ['relay', 'projector', 'courier', 'indexer', 'facts'] as const;

/** Says why there can be none on this machine; null when there can. */
export function lackOfServers(): string | null {
  const lacks = Object.values(servers).map(lackOf);
  return lacks.find((lack) => lack !== null) ?? null;
}

/** Starts six servers, five processes of workers and two gateways; tells of each. */
export async function openDeployment(tell: (what: string) => void): Promise<Deployment> {
  const opened = new AsyncDisposableStack();
  const pids = new Map<string, () => number | null>();
  const end = () => endAll([...pids.values()].map((pid) => pid()));
  process.once('exit', end); // a bench that fails or is stopped leaves nothing behind
  opened.defer(() => void process.off('exit', end));
  const running = new Map<string, TestServer>();
  for (const [name, server] of Object.entries(servers)) {
    const started = opened.use(await openTestServer(server));
    running.set(name, started);
    pids.set(name, started.pid);
    tell(`${name} answers`);
  }
  const options = [...running.values()].map(({ option }) => [option.name, option.value]);
  const environment = { ...unlimited, ...Object.fromEntries(options) };
  const tree = opened.use(openProcessTree());
  const start = async (name: string, more: Parameters<typeof tree.program>[0]) => {
    const program: Program = await tree.program(more);
    pids.set(name, program.pid);
    tell(`${name} is ready`);
    return program.url;
  };
  const metricsPort = String(await freePort());
  const work = (worker: (typeof workers)[number]) => {
    const own = { PARLEY_WORKERS: worker };
    const metrics = worker === 'relay' ? { PARLEY_METRICS_PORT: metricsPort } : {};
    return start(worker, {
      ...{ name: worker, script: ['workers/main.ts'] },
      environment: { ...environment, ...own, ...metrics },
    });
  };
  const gateway = (name: string) =>
    start(name, { name, script: ['api/main.ts'], serves: true, environment });
  const [leader, ...others] = workers;
  await work(leader); // alone, as it makes tables and topics
  const [first, second] = await Promise.all([
    ...[gateway('gateway 1'), gateway('gateway 2')],
    ...others.map(work),
  ]);
  return {
    gateways: [first ?? '', second ?? ''],
    metricsUrl: `http://127.0.0.1:${metricsPort}/metrics`,
    address: (server) => running.get(server)?.option.value ?? '',
    cpuByProcess: () => new Map([...pids].map(([name, pid]) => [name, cpuOfTree(pid())])),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

/** A bench on all servers, or a sentence that says what it lacks. */
export async function onAllServers(bench: (on: Deployment) => Promise<void>): Promise<void> {
  const lack = lackOfServers();
  if (lack !== null) throw new PlainError(`This bench needs every server of the stack: ${lack}`);
  await using deployment = await openDeployment((what) => console.log(`  ${what}`));
  await bench(deployment);
}

function cpuOfTree(root: number | null): number {
  if (root === null) return 0;
  return treeOf(root).reduce((sum, pid) => sum + (cpuSecondsOf(pid) ?? 0), 0);
}

function endAll(roots: readonly (number | null)[]): void {
  for (const root of roots) {
    for (const pid of root === null ? [] : treeOf(root).toReversed()) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // it has gone by itself
      }
    }
  }
}
