import { readFileSync } from 'node:fs';
import type { PagesDependencies } from '../api/http/pages.ts';
import type { Commands } from '../commands/commands.ts';
import type { ReadProgress } from '../projections/progress.ts';
import { eventsTopic } from '../schemas/records/topics.ts';
import type { Runner } from '../workers/worker.ts';
import type { Config } from './config/config.ts';
import { serveControl } from './control.ts';
import { controlHandlers } from './control-handlers.ts';
import { openCore } from './core.ts';
import { countersOf } from './counters.ts';
import type { Edge } from './edge.ts';
import { openEdge } from './edge.ts';
import { serveEngines } from './engines.ts';
import type { Machines } from './machines.ts';
import { openMachines } from './machines.ts';
import type { Log } from './observe/log.ts';
import { openLog } from './observe/log.ts';
import { summaryOf } from './summary.ts';

/** The platform in one process, or that part of it which this process was given. */
export type Platform = {
  readonly url: string; // of the API; empty without one
  readonly machines: Machines;
  readonly commands: Commands;
  readonly progress: ReadProgress;
  /** What a person reads at start. */
  summary(): string;
  /** Exact counts of the edge; zeros without one. */
  stats(): ReturnType<Edge['stats']>;
  [Symbol.asyncDispose](): Promise<void>;
};

export type PlatformOptions = { readonly api?: boolean | undefined }; // with the API unless told

/** Opens machines, commands, workers and the API; disposes them in reverse. */
export async function openPlatform(
  config: Config,
  { api = true }: PlatformOptions = {},
): Promise<Platform> {
  await using opened = new AsyncDisposableStack();
  const startedAt = new Date();
  let accepting = true;
  const log = openLog(config.logLevel);
  const machines = opened.use(await openMachines(config));
  const { folder } = machines;
  const patienceMs = config.workers.includes('projector') ? 30_000 : api ? 5_000 : 0;
  const { workers } = config;
  const core = opened.use(await openCore(machines, { workers, patienceMs }, log));
  const { runner, progress, commands } = core;
  const edge = api ? opened.use(await edgeOf({ config, machines, commands, progress, log })) : null;
  const stats = () => edge?.stats() ?? { sockets: 0, devices: 0, executions: 0 };
  const url = edge ? `http://${config.host}:${edge.port}` : '';
  if (folder) {
    const counters = () => countersOf(machines, stats());
    opened.use(await serveControl(folder.path, controlHandlers(machines, counters)));
    folder.announce(url || 'without an API');
  }
  if (config.serveEngines) opened.use(await serveEngines(config, machines));
  const kept = opened.move();
  return {
    ...{ url, machines, commands, progress, stats },
    summary: () => summaryOf({ config, url, startedAt, served: machines.eventStore.address }),
    [Symbol.asyncDispose]: () => {
      accepting = false; // a balancer that looks at /health/ready sends nobody any more
      return kept.disposeAsync();
    },
  };

  function edgeOf(parts: Omit<Parameters<typeof openEdge>[0], 'pages'>): Promise<Edge> {
    return openEdge({
      ...parts,
      pages: { ...pagesOf(parts, runner, startedAt), accepting: () => accepting },
    });
  }
}

function pagesOf(
  {
    config,
    machines,
    progress,
  }: {
    readonly config: Config;
    readonly machines: Machines;
    readonly progress: ReadProgress;
    readonly log: Log;
  },
  runner: Runner,
  startedAt: Date,
): Omit<PagesDependencies, 'accepting'> {
  const { tables, eventStore, eventLog, cache } = machines;
  const checks = {
    'event store': () => eventStore.health(),
    'event log': () => eventLog.health(),
    tables: () => tables.health(),
    cache: () => cache.health(),
  };
  return {
    checks,
    explorer: config.explorer,
    status: async () => {
      const states = await Promise.all(
        Object.entries(checks).map(async ([name, check]) => {
          const health = await check();
          const what = name in kinds ? kinds[name as keyof typeof kinds](config) : '';
          return { name, what, state: health.ok ? 'ready' : health.reason };
        }),
      );
      const head = await eventStore.head();
      const lag = await eventLog.lag(eventsTopic, 'courier').catch(() => []);
      return {
        ...{ version: version(), startedAt, machines: states },
        workers: runner.health().map(({ name, state, restarts }) => ({
          name,
          state: restarts === 0 ? state : `${state}, restarted ${restarts} times`,
        })),
        figures: [
          { name: 'Head of the log', value: head.toString() },
          { name: 'Read models show up to', value: progress.reached().toString() },
          { name: 'Records the courier is behind', value: String(lag.reduce((a, b) => a + b, 0)) },
        ],
      };
    },
  };
}

const kinds = {
  'event store': ({ eventStore }: Config) => eventStore.kind,
  'event log': ({ eventLog }: Config) => eventLog.kind,
  tables: ({ tables }: Config) => tables.kind,
  cache: ({ cache }: Config) => cache.kind,
};

function version(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return JSON.parse(text).version;
}
