import { createRequire } from 'node:module';
import type { Config } from './config/config.ts';

/** What `npm start` prints: at most 15 lines. */
export function summaryOf({
  config,
  url,
  metricsUrl,
  startedAt,
  served,
}: {
  readonly config: Config;
  readonly url: string; // empty without an API
  readonly metricsUrl: string | null; // null where nobody may ask
  readonly startedAt: Date;
  readonly served: string | null; // where the event store is served to others
}): string {
  const seconds = ((Date.now() - startedAt.getTime()) / 1000).toFixed(1);
  const { workers, dataFolder } = config;
  return [
    `Parley is ready after ${seconds} s.`,
    '',
    ...(url === '' ? [] : [...pages(url, config), '']),
    ...machines(config, served),
    `  workers      ${workers.join(', ') || 'none in this process'}`,
    ...(url === '' ? [] : [`  analytics    ${analyticsOf(config)}`]),
    ...(metricsUrl === null ? [] : [`  metrics      ${metricsUrl}`]),
    `  data         ${dataFolder}`,
    '',
    url === ''
      ? 'Ctrl-C stops it.'
      : 'npm run demo fills it with people who talk. Ctrl-C stops it.',
  ].join('\n');
}

function pages(url: string, { explorer }: Config): readonly string[] {
  return [
    `  ${url}/                  status`,
    `  ${url}/graphql           GraphQL over HTTP and socket`,
    `  ${url}/schema.graphql    what can be asked`,
    ...(explorer ? [`  ${url}/graphiql          try it: a walk from register to live`] : []),
  ];
}

function machines(config: Config, served: string | null) {
  const { eventStore, tables, eventLog, cache, search } = config;
  const yours = [
    ...(eventLog.kind === 'kafka' ? ['  event log    your Kafka'] : []),
    ...(cache.kind === 'redis' ? ['  cache        your Redis'] : []),
    ...(search.kind === 'elasticsearch' ? ['  search       your Elasticsearch'] : []),
  ];
  if (eventLog.kind === 'served') {
    return ['  engines      those that another process serves', ...yours];
  }
  const embedded = served === null ? 'embedded' : `embedded, served on ${served}`;
  return [
    `  event store  ${eventStore.kind === 'embedded' ? embedded : 'EventStoreDB'}`,
    `  read models  ${tables.kind === 'embedded' ? 'embedded Postgres' : 'your Postgres'}`,
    ...yours,
  ];
}

function analyticsOf({ analytics }: Config): string {
  if (analytics.kind !== 'embedded') {
    return analytics.kind === 'off' ? 'off' : 'a ClickHouse';
  }
  try {
    createRequire(import.meta.url).resolve('chdb');
    return 'embedded ClickHouse engine';
  } catch {
    return 'off: chdb is not installed; everything else works';
  }
}
