import { v7 } from 'uuid';
import { accessMigrations } from '../api/auth/credentials.ts';
import type { Clock } from '../projections/clock.ts';
import { systemClock } from '../projections/clock.ts';
import { positionShown } from '../projections/progress.ts';
import { workersMigrations } from '../workers/migrations.ts';
import type { OpenedAnalytics } from './adapters/analytics/open.ts';
import { openAnalytics } from './adapters/analytics/open.ts';
import { openCache } from './adapters/cache/open.ts';
import type { Cache } from './adapters/cache/port.ts';
import { openEventLog } from './adapters/event-log/open.ts';
import type { EventLog } from './adapters/event-log/port.ts';
import type { OpenedEventStore } from './adapters/event-store/open.ts';
import { openEventStore } from './adapters/event-store/open.ts';
import { openRootKey } from './adapters/keys/open.ts';
import type { RootKey } from './adapters/keys/port.ts';
import { openObjects } from './adapters/objects/open.ts';
import type { Objects } from './adapters/objects/port.ts';
import { openSearch } from './adapters/search/open.ts';
import type { Search } from './adapters/search/port.ts';
import { migrate } from './adapters/tables/migrate.ts';
import type { OpenedTables } from './adapters/tables/open.ts';
import { openTables } from './adapters/tables/open.ts';
import type { Tables } from './adapters/tables/port.ts';
import { refuseStrangers } from './belonging.ts';
import type { Config } from './config/config.ts';
import type { DataFolder } from './data-folder.ts';
import { openDataFolder } from './data-folder.ts';
import { lastEventStorePort } from './engines.ts';
import { openRecordOpener } from './vault/open-records.ts';
import type { RecordOpener } from './vault/port.ts';
import type { OwnedVault } from './vault/vault.ts';
import { openVault, vaultMigrations } from './vault/vault.ts';

/** Everything that a configuration names, opened. */
export type Machines = {
  /** Held by the process whose engines lie in it; null for one that holds none. */
  readonly folder: DataFolder | null;
  readonly rootKey: RootKey;
  readonly tables: OpenedTables;
  /** The same, for whom somebody waits: given up after some seconds. */
  readonly promptTables: Tables;
  readonly eventStore: OpenedEventStore;
  readonly eventLog: EventLog;
  readonly cache: Cache;
  readonly objects: Objects;
  readonly search: Search;
  readonly analytics: OpenedAnalytics;
  readonly vault: OwnedVault;
  readonly opener: RecordOpener;
  readonly clock: Clock;
  readonly now: () => number; // ms since the Unix epoch
  readonly chance: () => number; // [0, 1)
  readonly newId: () => string; // UUIDv7
  [Symbol.asyncDispose](): Promise<void>;
};

/** Opens the machines in order; what was opened is closed again when a later one fails. */
export async function openMachines(config: Config): Promise<Machines> {
  await using opened = new AsyncDisposableStack();
  const now = Date.now;
  const folder = holdsEngines(config) ? opened.use(openDataFolder(config.dataFolder)) : null;
  const rootKey = opened.use(openRootKey(config.rootKey));
  const tables = opened.use(await openTables(config.tables));
  await migrate(tables, tablesOfRecord);
  const eventStore = opened.use(await openEventStore(eventStoreOf(config)));
  const eventLog = opened.use(await openEventLog(config.eventLog, now));
  const cache = opened.use(await openCache(config.cache, now));
  const objects = opened.use(await openObjects(config.objects, now));
  const search = opened.use(await openSearch(config.search));
  const analytics = opened.use(await openAnalytics(config.analytics));
  const promptTables = tables.promptly(statementMsMax);
  const vault = openVault({ tables: promptTables, rootKey });
  const shown = () => positionShown(tables);
  await refuseStrangers({ vault, eventStore, shown, rootKeyPath: config.rootKey.path });
  const kept = opened.move();
  return {
    ...{ folder, rootKey, tables, eventStore, eventLog, cache, objects, search, analytics },
    ...{ promptTables, vault, now },
    opener: openRecordOpener(vault),
    ...{ clock: systemClock, chance: Math.random, newId: () => v7() },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

const statementMsMax = 5_000; // of a request: what takes longer is no page that somebody reads

/** What lies in the tables beside the read models. */
export const tablesOfRecord = [...vaultMigrations, ...workersMigrations, ...accessMigrations];

function holdsEngines({ eventStore, tables, eventLog, cache, search, analytics }: Config): boolean {
  const machines = [eventStore, tables, eventLog, cache, search, analytics];
  return machines.some(({ kind }) => kind === 'embedded');
}

function eventStoreOf({ eventStore, dataFolder, serveEngines, serveEventStorePort: port }: Config) {
  if (eventStore.kind !== 'embedded') return eventStore;
  if (port !== null) return { ...eventStore, serveAt: { port, orAny: false } };
  const lasting = { port: lastEventStorePort(dataFolder), orAny: true };
  return { ...eventStore, serveAt: serveEngines ? lasting : null };
}
