import type { Commands } from '../commands/commands.ts';
import type { ReadProgress } from '../projections/progress.ts';
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
import { openLog } from './observe/log.ts';
import { pagesOf } from './status.ts';
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
      pages: {
        ...pagesOf({ ...parts, runner, startedAt }),
        accepting: () => accepting,
      },
    });
  }
}
