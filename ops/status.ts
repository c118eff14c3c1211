import { readFileSync } from 'node:fs';
import type { Check } from '../api/http/health.ts';
import type { PagesDependencies } from '../api/http/pages.ts';
import type { Section } from '../api/http/status-page.ts';
import type { ReadProgress } from '../projections/progress.ts';
import { least } from '../projections/progress.ts';
import { eventsTopic } from '../schemas/records/topics.ts';
import { readModels } from '../workers/projector/checkpoints.ts';
import { placesOf } from '../workers/relay/place.ts';
import type { Runner } from '../workers/worker.ts';
import type { Config } from './config/config.ts';
import type { Machines } from './machines.ts';

/** Of what a process tells about itself. */
export type StatusDependencies = {
  readonly config: Config;
  readonly machines: Machines;
  readonly progress: ReadProgress;
  readonly runner: Runner;
  readonly startedAt: Date;
};

/** What health and the status page are made from. */
export function pagesOf(dependencies: StatusDependencies): Omit<PagesDependencies, 'accepting'> {
  const { config, machines, startedAt } = dependencies;
  const { tables, eventStore, eventLog, cache, objects, search, analytics, clock } = machines;
  const checks = {
    'event store': () => eventStore.health(),
    'event log': () => eventLog.health(),
    tables: () => tables.health(),
    cache: () => cache.health(),
    objects: () => objects.health(),
    search: () => search.health(),
    ...(config.analytics.kind !== 'off' && { analytics: () => analytics.health() }),
  };
  return {
    ...{ checks, clock },
    mayBeAway: [
      ...['objects', 'search', 'analytics'],
      ...(config.cache.kind === 'redis' ? ['cache'] : []),
      ...(config.eventLog.kind === 'kafka' ? ['event log'] : []), // what is stored waits for it
    ],
    objects: objects.handler,
    explorer: config.explorer,
    status: async () => {
      const made = [
        machinesNow(config, checks),
        placesNow(dependencies),
        readModelsNow(dependencies),
        versions(dependencies),
      ];
      // The page must come when a machine is away: what cannot be told now is left out.
      const told = await Promise.allSettled(made);
      const sections = told.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
      return { version: version(), startedAt, sections };
    },
  };
}

async function machinesNow(
  config: Config,
  checks: Readonly<Record<string, Check>>,
): Promise<Section> {
  const kinds: Readonly<Record<string, { readonly kind: string }>> = {
    'event store': config.eventStore,
    'event log': config.eventLog,
    tables: config.tables,
    cache: config.cache,
    objects: config.objects,
    search: config.search,
    analytics: config.analytics,
  };
  const rows = Object.entries(checks).map(async ([name, check]) => {
    const health = await check();
    return [name, kinds[name]?.kind ?? '', health.ok ? 'ready' : health.reason];
  });
  return { caption: 'Machines', columns: ['kind', 'state'], rows: await Promise.all(rows) };
}

/** The log, and how far each worker is behind it; those of other processes too. */
async function placesNow({ machines, progress, runner }: StatusDependencies): Promise<Section> {
  const { eventStore, eventLog } = machines;
  const head = await eventStore.head();
  const passedOn = least(await placesOf(eventLog, eventsTopic));
  const lags = await eventLog.lag(eventsTopic, ['courier', 'indexer']);
  const [waiting = 0, toIndex = 0] = lags.map((lag) => lag.reduce((sum, n) => sum + n, 0));
  const states = new Map(runner.health().map((worker) => [worker.name, stateOf(worker)]));
  const here = (name: string) => states.get(name) ?? 'in another process';
  const behind = (position: bigint) => `${head > position ? head - position : 0n} positions`;
  return {
    caption: 'Positions',
    columns: ['state', 'up to', 'behind'],
    rows: [
      ['log', 'holds events', `${head}`, ''],
      ['relay', here('relay'), `${passedOn}`, behind(passedOn)],
      ['projector', here('projector'), `${progress.reached()}`, behind(progress.reached())],
      ['courier', here('courier'), '', `${waiting} records`],
      ['indexer', here('indexer'), '', `${toIndex} records`],
    ],
  };
}

function stateOf({ state, restarts }: ReturnType<Runner['health']>[number]): string {
  return restarts === 0 ? state : `${state}, restarted ${restarts} times`;
}

async function readModelsNow({ machines }: StatusDependencies): Promise<Section> {
  const found = await readModels(machines.promptTables);
  return {
    caption: 'Read models',
    columns: ['version', 'up to', 'parked keys'],
    rows: found.map(({ name, version: built, position, parkedKeys }) => [
      ...[name, String(built ?? ''), String(position), String(parkedKeys)],
    ]),
  };
}

async function versions({ machines }: StatusDependencies): Promise<Section> {
  const [row] = await machines.promptTables.query<{ readonly server_version: string }>({
    text: 'show server_version',
    values: [],
  });
  const rows = [
    ['Parley', version()],
    ['Node', process.versions.node],
    ['Postgres', row?.server_version ?? ''],
  ];
  return { caption: 'Versions', columns: [''], rows };
}

function version(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return JSON.parse(text).version;
}
