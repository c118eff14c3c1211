import type { AddressInfo } from 'node:net';
import Fastify from 'fastify';
import type { Access } from '../api/auth/access.ts';
import type { ApiDependencies } from '../api/dependencies.ts';
import type { HealthDependencies } from '../api/http/health.ts';
import { registerHealth } from '../api/http/health.ts';
import type { Commands } from '../commands/commands.ts';
import { systemClock } from '../projections/clock.ts';
import type { Config } from './config/config.ts';
import { listenOr } from './listen.ts';
import type { Machines } from './machines.ts';
import { contentType, openMeter, textOf } from './observe/metrics/meter.ts';
import type { Watched } from './observe/metrics/readings.ts';
import { readPlatform } from './observe/metrics/readings.ts';
import {
  operationsTold,
  watchCalls,
  watchedAccess,
  watchedCache,
  watchedCommands,
  watchedEventStore,
} from './observe/metrics/watch.ts';

/** What a process is wrapped in when somebody may ask for its metrics. */
export type Watching = {
  machines(opened: Machines): Machines;
  commands(commands: Commands): Commands;
  access(access: Access): Access;
  readonly tell: NonNullable<ApiDependencies['tell']>;
  /** Serves /metrics and health until it is disposed of. */
  serve(watched: Watched, health: HealthDependencies): Promise<MetricsServer>;
};

export type MetricsServer = { readonly url: string; [Symbol.asyncDispose](): Promise<void> };

/** Null where the configuration names no port: then nothing is wrapped, and nothing measured. */
export function openWatching({ metrics }: Pick<Config, 'metrics'>): Watching | null {
  if (metrics === null) return null;
  const meter = openMeter();
  const watch = { meter, now: systemClock.now };
  return {
    machines: (opened) => {
      const { tables, eventLog, cache, objects, search, analytics } = opened;
      watchCalls({ tables, 'event log': eventLog, cache, objects, search, analytics }, watch);
      return {
        ...opened,
        eventStore: watchedEventStore(opened.eventStore, watch),
        cache: watchedCache(cache, watch),
      };
    },
    commands: (commands) => watchedCommands(commands, watch),
    access: (access) => watchedAccess(access, watch),
    tell: operationsTold(watch),
    serve: async (watched, health) => {
      const scrape = atOnce(async () => {
        const readings = await readPlatform(watched);
        return `${await meter.text()}${await textOf(readings)}`;
      });
      return serve(metrics, scrape, health);
    },
  };
}

/** A listener of its own: the API's port is the public's, and a process of workers has none. */
async function serve(
  { host, port }: NonNullable<Config['metrics']>,
  scrape: () => Promise<string>,
  health: HealthDependencies,
): Promise<MetricsServer> {
  const server = Fastify({ logger: false, forceCloseConnections: true });
  server.get('/metrics', async (_request, reply) => reply.type(contentType).send(await scrape()));
  registerHealth(server, health);
  const options = { host: 'PARLEY_METRICS_HOST', port: 'PARLEY_METRICS_PORT' } as const;
  await listenOr(server, { host, port, options });
  const { port: taken } = server.server.address() as AddressInfo;
  return {
    url: `http://${host}:${taken}/metrics`,
    [Symbol.asyncDispose]: () => server.close(),
  };
}

/** Who asks while it is being read gets the same: however many scrape, one reads. */
export function atOnce<Answer>(read: () => Promise<Answer>): () => Promise<Answer> {
  let underWay: Promise<Answer> | null = null;
  return () => {
    underWay ??= read().finally(() => {
      underWay = null;
    });
    return underWay;
  };
}
