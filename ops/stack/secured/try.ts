import { openAnalytics } from '../../adapters/analytics/open.ts';
import { openCache } from '../../adapters/cache/open.ts';
import { openEventLog } from '../../adapters/event-log/open.ts';
import { openEventStore } from '../../adapters/event-store/open.ts';
import { openObjects } from '../../adapters/objects/open.ts';
import { openSearch } from '../../adapters/search/open.ts';
import { openTables } from '../../adapters/tables/open.ts';

/** A program: tries each of the addresses that it is told of with a driver; prints what it said. */
export type Driver = keyof typeof drivers;

type Opened = AsyncDisposable & {
  health(): Promise<{ readonly ok: boolean; readonly reason?: string }>;
};

const drivers = {
  platformatic: (url: string) =>
    openEventLog({ kind: 'kafka', url, library: 'platformatic' }, Date.now),
  kafkajs: (url: string) => openEventLog({ kind: 'kafka', url, library: 'kafkajs' }, Date.now),
  redis: (url: string) => openCache({ kind: 'redis', url }, Date.now),
  postgres: (url: string) => openTables({ kind: 'postgres', url }),
  elasticsearch: (url: string) => openSearch({ kind: 'elasticsearch', url }),
  clickhouse: (url: string) => openAnalytics({ kind: 'clickhouse', url }),
  s3: (url: string) => openObjects({ kind: 's3', url }, Date.now),
  eventstoredb: (url: string) => openEventStore({ kind: 'eventstoredb', connectionString: url }),
} satisfies Readonly<Record<string, (url: string) => Promise<Opened>>>;

const [driver = '', ...urls] = process.argv.slice(2);
const said = await Promise.all(urls.map((url) => tried(drivers[driver as Driver], url)));
process.stdout.write(JSON.stringify(said), () => process.exit(0));

async function tried(open: (url: string) => Promise<Opened>, url: string): Promise<string> {
  try {
    await using opened = await open(url);
    const { ok, reason = '' } = await opened.health();
    return ok ? 'ok' : reason;
  } catch (cause) {
    return (cause as Error).message;
  }
}
