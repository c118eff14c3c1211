import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import type { OptionName, OptionValues } from './environment.ts';
import { options } from './environment.ts';

/** What the platform runs on: alternatives are tagged, nothing is left to guess. */
export type Config = {
  readonly host: string;
  readonly port: number;
  readonly dataFolder: string;
  readonly eventStore:
    | { readonly kind: 'embedded'; readonly path: string }
    | { readonly kind: 'eventstoredb'; readonly connectionString: string };
  readonly tables:
    | { readonly kind: 'embedded'; readonly folder: string }
    | { readonly kind: 'postgres'; readonly url: string };
  readonly eventLog:
    | { readonly kind: 'embedded' | 'served'; readonly path: string }
    | {
        readonly kind: 'kafka';
        readonly url: string;
        readonly library: OptionValues['PARLEY_KAFKA_CLIENT'];
      };
  readonly cache:
    | { readonly kind: 'embedded' }
    | { readonly kind: 'served'; readonly path: string }
    | { readonly kind: 'redis'; readonly url: string };
  readonly objects:
    | { readonly kind: 'embedded'; readonly folder: string }
    | { readonly kind: 's3'; readonly url: string };
  readonly analytics:
    | { readonly kind: 'embedded'; readonly folder: string }
    | { readonly kind: 'clickhouse'; readonly url: string }
    | { readonly kind: 'off' };
  readonly search:
    | { readonly kind: 'embedded' | 'served'; readonly path: string }
    | { readonly kind: 'elasticsearch'; readonly url: string };
  readonly rootKey: { readonly kind: 'file'; readonly path: string };
  readonly serveEventStorePort: number | null;
  readonly serveEngines: boolean; // to other processes of this machine
  readonly workers: readonly OptionValues['PARLEY_WORKERS'][number][];
  readonly accessTokenMs: number;
  readonly costPerMinute: number;
  readonly framesPerSecond: number; // of one socket
  readonly explorer: boolean;
  readonly origins: readonly string[];
  readonly trustedProxies: readonly string[]; // addresses and networks
  /** Where /metrics and health are served, besides the API; null: nowhere. */
  readonly metrics: { readonly host: string; readonly port: number } | null;
  /** Where traces are sent, and of which part of the requests; null: nowhere. */
  readonly traces: { readonly url: string; readonly ratio: number } | null;
  readonly logLevel: OptionValues['PARLEY_LOG_LEVEL'];
};

/** Where a value came from, for `--print-config`. */
export type Source = 'default' | '.env' | 'environment';
export type Settings = {
  readonly config: Config;
  readonly raw: Readonly<Record<OptionName, { readonly text: string; readonly source: Source }>>;
};

export type SettingsOutcome =
  | { readonly kind: 'read'; readonly settings: Settings }
  | { readonly kind: 'refused'; readonly problems: readonly string[] }; // one sentence each

/** Reads options from the environment, then `.env` in the folder, then the table's defaults. */
export function readSettings(environment: NodeJS.ProcessEnv, folder: string): SettingsOutcome {
  const file = readEnvFile(join(folder, '.env'));
  const raw = Object.fromEntries(names().map((name) => [name, pick(name, environment, file)]));
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  for (const name of names()) {
    const parsed = options[name].type.safeParse(raw[name]?.text);
    if (parsed.success) values[name] = parsed.data;
    else
      problems.push(`${name} is wrong (${parsed.error.issues[0]?.message}). ${options[name].says}`);
  }
  problems.push(...misspelt(environment));
  if (problems.length > 0) return { kind: 'refused', problems };
  const settings = {
    config: toConfig(values as OptionValues, folder),
    raw: raw as Settings['raw'],
  };
  return { kind: 'read', settings };
}

export function names(): readonly OptionName[] {
  return Object.keys(options) as OptionName[];
}

function pick(name: OptionName, environment: NodeJS.ProcessEnv, file: NodeJS.Dict<string>) {
  const own = environment[name];
  if (own !== undefined) return { text: own, source: 'environment' as const };
  const inFile = file[name];
  if (inFile !== undefined) return { text: inFile, source: '.env' as const };
  return { text: options[name].fallback, source: 'default' as const };
}

function readEnvFile(path: string): NodeJS.Dict<string> {
  return existsSync(path) ? parseEnv(readFileSync(path, 'utf8')) : {};
}

/** An option that nobody knows is a typing error, and silence would hide it. */
function misspelt(environment: NodeJS.ProcessEnv): readonly string[] {
  return Object.keys(environment)
    .filter((name) => name.startsWith('PARLEY_') && !name.startsWith('PARLEY_TEST_'))
    .filter((name) => !(name in options))
    .map((name) => `${name} is not an option: see .env.example for those there are.`);
}

function toConfig(values: OptionValues, folder: string): Config {
  const data = resolve(folder, values.PARLEY_DATA);
  return {
    host: values.PARLEY_HOST,
    port: values.PARLEY_PORT,
    dataFolder: data,
    eventStore:
      values.PARLEY_EVENT_STORE === 'embedded'
        ? { kind: 'embedded', path: join(data, 'events.db') }
        : { kind: 'eventstoredb', connectionString: values.PARLEY_EVENT_STORE },
    tables:
      values.DATABASE_URL === 'embedded'
        ? { kind: 'embedded', folder: join(data, 'postgres') }
        : { kind: 'postgres', url: values.DATABASE_URL },
    eventLog:
      values.PARLEY_EVENT_LOG === 'embedded'
        ? { kind: 'embedded', path: join(data, 'log.db') }
        : { kind: 'kafka', url: values.PARLEY_EVENT_LOG, library: values.PARLEY_KAFKA_CLIENT },
    cache:
      values.PARLEY_CACHE === 'embedded'
        ? { kind: 'embedded' }
        : { kind: 'redis', url: values.PARLEY_CACHE },
    objects:
      values.PARLEY_OBJECTS === 'embedded'
        ? { kind: 'embedded', folder: join(data, 'objects') }
        : { kind: 's3', url: values.PARLEY_OBJECTS },
    analytics: analyticsOf(values.PARLEY_ANALYTICS, data),
    search:
      values.PARLEY_SEARCH === 'embedded'
        ? { kind: 'embedded', path: join(data, 'search.db') }
        : { kind: 'elasticsearch', url: values.PARLEY_SEARCH },
    rootKey: {
      kind: 'file',
      path: resolve(folder, values.PARLEY_ROOT_KEY_FILE || join(data, 'root.key')),
    },
    serveEventStorePort: values.PARLEY_EVENT_STORE_PORT,
    serveEngines: values.PARLEY_SERVE_ENGINES,
    workers: values.PARLEY_WORKERS,
    accessTokenMs: values.PARLEY_ACCESS_TOKEN_MINUTES * 60_000,
    costPerMinute: values.PARLEY_COST_PER_MINUTE,
    framesPerSecond: values.PARLEY_FRAMES_PER_SECOND,
    explorer: values.PARLEY_EXPLORER,
    origins: values.PARLEY_ORIGINS,
    trustedProxies: values.PARLEY_TRUSTED_PROXIES,
    metrics:
      values.PARLEY_METRICS_PORT === null
        ? null
        : { host: values.PARLEY_METRICS_HOST, port: values.PARLEY_METRICS_PORT },
    traces:
      values.PARLEY_TRACES === null
        ? null
        : { url: values.PARLEY_TRACES, ratio: values.PARLEY_TRACES_RATIO },
    logLevel: values.PARLEY_LOG_LEVEL,
  };
}

function analyticsOf(value: OptionValues['PARLEY_ANALYTICS'], data: string): Config['analytics'] {
  if (value === 'off') return { kind: 'off' };
  if (value === 'embedded') return { kind: 'embedded', folder: join(data, 'analytics') };
  return { kind: 'clickhouse', url: value };
}
