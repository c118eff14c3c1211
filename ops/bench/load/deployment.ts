import { freePort } from '../../free-port.ts';
import type { Program } from '../../journeys/process-tree.ts';
import { openProcessTree } from '../../journeys/process-tree.ts';
import { PlainError } from '../../plain-error.ts';
import type { ServerName } from '../../stack/every-server.ts';
import { lackOfServers, openEveryServer } from '../../stack/every-server.ts';
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

/** Each worker has a process of its own, so that what it takes is seen by itself. */
const workers = ['relay', 'projector', 'courier', 'indexer', 'facts'] as const;

/** Starts six servers, five processes of workers and two gateways; tells of each. */
export async function openDeployment(tell: (what: string) => void): Promise<Deployment> {
  const opened = new AsyncDisposableStack();
  const servers = opened.use(await openEveryServer(tell));
  const pids = new Map<string, () => number | null>();
  for (const [name, { pid }] of servers.all) pids.set(name, pid);
  const environment = { ...unlimited, ...servers.options };
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
    address: (server) => servers.all.get(server)?.option.value ?? '',
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
