import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { serveCache } from './adapters/cache/serve.ts';
import { serveEventLog } from './adapters/event-log/serve.ts';
import { serveSearch } from './adapters/search/serve.ts';
import type { Config } from './config/config.ts';
import type { Machines } from './machines.ts';
import { PlainError } from './plain-error.ts';
import { serveRpc } from './rpc/server.ts';

/** How other processes of this machine reach the engines that a host holds. */
export type EnginesAddress = {
  readonly eventStore: string; // esdb://…
  readonly tables: string; // postgres://…
  readonly analytics: string; // http://…, or off
};

const socketPathBytesMax = 100; // of a unix socket's name, everywhere

/**
 * Serves the embedded engines of this process to others of the same machine and the same user, and
 * leaves their address in the data folder. The addresses stay the same when the host starts again,
 * so that the others find it without being told.
 */
export async function serveEngines({ dataFolder }: Config, machines: Machines) {
  const folder = enginesFolder(dataFolder);
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o700);
  const { eventLog, cache, search, eventStore, tables, analytics } = machines;
  if (eventStore.address === null) throw new Error('the event store must be served with them');
  const served = [serveEventLog(eventLog), serveCache(cache), serveSearch(search)];
  const server = await serveRpc(socketOf(dataFolder), {
    calls: Object.assign({}, ...served.map(({ calls }) => calls)),
    lines: Object.assign({}, ...served.map(({ lines }) => lines)),
  });
  const address: EnginesAddress = {
    eventStore: eventStore.address,
    tables: tables.address(join(folder, 'pg')),
    analytics: await analytics.address(),
  };
  writeAddress(dataFolder, address);
  return server;
}

/** The port at which the event store was served last; 0, any, the first time. */
export function lastEventStorePort(dataFolder: string): number {
  const found = /:(\d+)\?/.exec(readAddress(dataFolder)?.eventStore ?? '');
  return Number(found?.[1] ?? 0);
}

/**
 * The configuration of a process that holds no engines: each that is embedded is the one which the
 * host of the data folder serves.
 */
export function onServedEngines(config: Config): Config {
  const { dataFolder, eventStore, tables, eventLog, cache, search, analytics } = config;
  const machines = [eventStore, tables, eventLog, cache, search, analytics];
  if (machines.every(({ kind }) => kind !== 'embedded')) return config; // it needs no host
  const address = readAddress(dataFolder);
  if (address === null) {
    throw new PlainError(
      `Nobody has served engines from ${dataFolder} yet: start ` +
        '`npm start -- --serve-engines` on it first, or give this process the PARLEY_DATA of the ' +
        'one that runs.',
    );
  }
  const path = socketOf(dataFolder);
  return {
    ...config,
    eventStore:
      eventStore.kind === 'embedded'
        ? { kind: 'eventstoredb', connectionString: address.eventStore }
        : eventStore,
    tables: tables.kind === 'embedded' ? { kind: 'postgres', url: address.tables } : tables,
    eventLog: eventLog.kind === 'embedded' ? { kind: 'served', path } : eventLog,
    cache: cache.kind === 'embedded' ? { kind: 'served', path } : cache,
    search: search.kind === 'embedded' ? { kind: 'served', path } : search,
    analytics: analytics.kind === 'embedded' ? analyticsAt(address.analytics) : analytics,
  };
}

function analyticsAt(address: string): Config['analytics'] {
  return address === 'off' ? { kind: 'off' } : { kind: 'clickhouse', url: address };
}

/** Whole or not at all, also when the power fails. */
function writeAddress(dataFolder: string, address: EnginesAddress): void {
  const unfinished = `${addressFile(dataFolder)}.new`;
  writeFileSync(unfinished, JSON.stringify(address), { mode: 0o600, flush: true });
  renameSync(unfinished, addressFile(dataFolder));
}

function readAddress(dataFolder: string): EnginesAddress | null {
  const file = addressFile(dataFolder);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null;
}

function enginesFolder(dataFolder: string): string {
  return join(dataFolder, 'engines');
}

function addressFile(dataFolder: string): string {
  return join(enginesFolder(dataFolder), 'address.json');
}

function socketOf(dataFolder: string): string {
  const path = join(enginesFolder(dataFolder), 'socket');
  if (Buffer.byteLength(path) <= socketPathBytesMax) return path;
  throw new PlainError(
    `The data folder ${dataFolder} has too long a name for a socket in it: engines can be served ` +
      'from one with a shorter path (PARLEY_DATA).',
  );
}
