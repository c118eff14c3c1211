import { createRequire } from 'node:module';
import type { Config } from './config/config.ts';

/** What `npm start` prints: at most 15 lines. */
export function summaryOf({
  config,
  url,
  startedAt,
  served,
}: {
  readonly config: Config;
  readonly url: string; // empty without an API
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
    ...(url === '' ? [] : [`  analytics    ${analytics()}`]),
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

function machines({ eventStore, tables, eventLog, cache }: Config, served: string | null) {
  const redis = cache.kind === 'redis' ? ['  cache        your Redis'] : [];
  if (eventLog.kind === 'served') {
    return ['  engines      those that another process serves', ...redis];
  }
  const embedded = served === null ? 'embedded' : `embedded, served on ${served}`;
  return [
    `  event store  ${eventStore.kind === 'embedded' ? embedded : 'EventStoreDB'}`,
    `  read models  ${tables.kind === 'embedded' ? 'embedded Postgres' : 'your Postgres'}`,
    ...redis,
  ];
}

function analytics(): string {
  try {
    createRequire(import.meta.url).resolve('chdb');
    return 'engine installed, not used yet';
  } catch {
    return 'off: chdb is not installed; everything else works';
  }
}
