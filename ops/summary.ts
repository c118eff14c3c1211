import { createRequire } from 'node:module';
import type { Config } from './config/config.ts';

/** What `npm start` prints: at most 15 lines. */
export function summaryOf({
  config,
  url,
  startedAt,
}: {
  readonly config: Config;
  readonly url: string;
  readonly startedAt: Date;
}): string {
  const seconds = ((Date.now() - startedAt.getTime()) / 1000).toFixed(1);
  const { eventStore, tables, workers, dataFolder, serveEventStorePort: served } = config;
  const log =
    served === null ? 'embedded' : `embedded, served on esdb://127.0.0.1:${served}?tls=false`;
  return [
    `Parley is ready after ${seconds} s.`,
    '',
    `  ${url}/                  status`,
    `  ${url}/graphql           GraphQL over HTTP and socket`,
    `  ${url}/schema.graphql    what can be asked`,
    ...(config.explorer ? [`  ${url}/graphiql          try it: a walk from register to live`] : []),
    '',
    `  event store  ${eventStore.kind === 'embedded' ? log : 'EventStoreDB'}`,
    `  read models  ${tables.kind === 'embedded' ? 'embedded Postgres' : 'your Postgres'}`,
    `  workers      ${workers.join(', ') || 'none in this process'}`,
    `  analytics    ${analytics()}`,
    `  data         ${dataFolder}`,
    '',
    'npm run demo fills it with people who talk. Ctrl-C stops it.',
  ].join('\n');
}

function analytics(): string {
  try {
    createRequire(import.meta.url).resolve('chdb');
    return 'engine installed, not used yet';
  } catch {
    return 'off: chdb has no build for this platform; everything else works';
  }
}
