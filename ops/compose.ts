import type { Commands } from '../commands/commands.ts';
import type { ReadProgress } from '../projections/progress.ts';
import type { Config } from './config/config.ts';
import { serveControl } from './control.ts';
import { controlHandlers } from './control-handlers.ts';
import { openCore } from './core.ts';
import { countersOf } from './counters.ts';
import type { EdgeStats } from './edge.ts';
import { openEdge } from './edge.ts';
import { serveEngines } from './engines.ts';
import type { Machines } from './machines.ts';
import { openMachines } from './machines.ts';
import type { Log } from './observe/log.ts';
import { openLog } from './observe/log.ts';
import { pagesOf } from './status.ts';
import { summaryOf } from './summary.ts';
import { openTracingOf, tracedMachines } from './tracing.ts';
import { openWatching } from './watching.ts';

/** The platform in one process, or that part of it which this process was given. */
export type Platform = {
  readonly url: string; // of the API; empty without one
  readonly metricsUrl: string | null; // null where nobody may ask
  readonly machines: Machines;
  readonly commands: Commands;
  readonly progress: ReadProgress;
  /** What a person reads at start. */
  summary(): string;
  /** Exact counts of the edge; zeros without one. */
  stats(): EdgeStats;
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
  const tracing = opened.use(await openTracingOf(config, () => log));
  const log: Log = openLog(config.logLevel, { here: tracing?.here });
  const watching = openWatching(config);
  const unwatched = opened.use(await openMachines(config));
  const watchedMachines = watching?.machines(unwatched) ?? unwatched;
  const machines = tracing ? tracedMachines(watchedMachines, tracing) : watchedMachines;
  const { folder } = machines;
  const patienceMs = config.workers.includes('projector') ? 30_000 : api ? 5_000 : 0;
  const { workers } = config;
  const core = opened.use(await openCore(machines, { workers, patienceMs, tracing }, log));
  const { runner, progress } = core;
  const commands = watching?.commands(core.commands) ?? core.commands;
  const pages = {
    ...pagesOf({ config, machines, progress, runner, startedAt }),
    accepting: () => accepting,
  };
  const parts = { config, machines, commands, progress, log, pages, watching, tracing };
  const edge = api ? opened.use(await openEdge(parts)) : null;
  const stats = () => edge?.stats() ?? { sockets: 0, devices: 0, people: 0, executions: 0 };
  const url = edge ? `http://${config.host}:${edge.port}` : '';
  if (folder) {
    const counters = () => countersOf(machines, stats());
    opened.use(await serveControl(folder.path, controlHandlers(machines, counters)));
    folder.announce(url || 'without an API');
  }
  // Unwatched: who works on them from another process counts there.
  if (config.serveEngines) opened.use(await serveEngines(config, unwatched));
  const watched = { machines, checks: pages.checks, progress, runner, commands, edge };
  const metrics = watching ? opened.use(await watching.serve(watched, pages)) : null;
  const metricsUrl = metrics?.url ?? null;
  const kept = opened.move();
  return {
    ...{ url, metricsUrl, machines, commands, progress, stats },
    summary: () =>
      summaryOf({ config, url, metricsUrl, startedAt, served: machines.eventStore.address }),
    [Symbol.asyncDispose]: () => {
      accepting = false; // a balancer that looks at /health/ready sends nobody any more
      return kept.disposeAsync();
    },
  };
}
