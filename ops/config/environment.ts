import { z } from 'zod';

/** One line of the table of options. */
export type Option = {
  readonly type: z.ZodType;
  readonly fallback: string; // as it would stand in the environment
  readonly says: string; // a sentence, with the unit
  readonly secret?: true; // never printed
};

/** 10.0.0.1, 10.0.0.0/8, ::1 or fd00::/8. */
const network = z.union(
  [z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()],
  'each is an address or a network',
);
const port = z.coerce.number().int().min(0).max(65_535);
const s3Shape = 'an S3 (s3s://key:secret@host:port/bucket?region=…)';
const workerNames = ['relay', 'projector', 'courier', 'indexer', 'facts'] as const;

/**
 * Every option of the platform. Only this table knows the names of environment variables;
 * `config.ts` reads them once, `.env.example` is generated from here.
 */
export const options = {
  PARLEY_PORT: {
    type: port,
    fallback: '4000',
    says: 'Port of the API and the status page; 0 picks a free one.',
  },
  PARLEY_HOST: {
    type: z.string().min(1),
    fallback: '127.0.0.1',
    says: 'Address to listen on. Put a proxy with TLS in front before you leave loopback.',
  },
  PARLEY_DATA: {
    type: z.string().min(1),
    fallback: '.parley',
    says: 'Folder that holds everything the embedded engines store.',
  },
  PARLEY_EVENT_STORE: {
    type: embeddedOr(/^(esdb|kurrentdb)(\+discover)?:\/\/./, 'embedded or an esdb:// address'),
    fallback: 'embedded',
    says: 'The log of events: embedded, or the address of an EventStoreDB (esdb://…).',
    secret: true,
  },
  DATABASE_URL: {
    type: embeddedOr(/^postgres(ql)?:\/\/./, 'embedded or a postgres:// address'),
    fallback: 'embedded',
    says: 'Read models and credentials: embedded, or the address of a Postgres (postgres://…).',
    secret: true,
  },
  PARLEY_EVENT_LOG: {
    type: embeddedOr(/^kafkas?:\/\/./, 'embedded or a kafka:// address'),
    fallback: 'embedded',
    says: 'The bus to read models and devices: embedded, or a Kafka (kafka://host:port,host:port).',
    secret: true,
  },
  PARLEY_KAFKA_CLIENT: {
    type: z.enum(['platformatic', 'kafkajs']),
    fallback: 'platformatic',
    says: 'Which library speaks to the Kafka of PARLEY_EVENT_LOG: platformatic or kafkajs.',
  },
  PARLEY_CACHE: {
    type: embeddedOr(/^rediss?:\/\/./, 'embedded or a redis:// address', 'password'),
    fallback: 'embedded',
    says: 'Who is connected where, and limits: in this process (embedded), or a Redis (redis://…).',
    secret: true,
  },
  PARLEY_OBJECTS: {
    type: embeddedOr(
      /^s3s?:\/\/[^:@/]+:[^@/]+@[^@/]+\/[a-z0-9][a-z0-9.-]+(\?|$)/,
      s3Shape,
      'secret',
    ),
    fallback: 'embedded',
    says: `Media: a folder in PARLEY_DATA, which all processes share (embedded), or ${s3Shape}.`,
    secret: true,
  },
  PARLEY_ANALYTICS: {
    type: z.union([
      z.literal('off'),
      embeddedOr(/^https?:\/\/./, 'embedded, off or an http:// address', 'password'),
    ]),
    fallback: 'embedded',
    says: 'Facts for analysts: embedded, off, or a ClickHouse (see ops/deploy/clickhouse).',
    secret: true,
  },
  PARLEY_SEARCH: {
    type: embeddedOr(/^https?:\/\/./, 'embedded or an http:// address', 'password'),
    fallback: 'embedded',
    says: 'Search: in this process (embedded), or an Elasticsearch 9 (https://…).',
    secret: true,
  },
  PARLEY_ROOT_KEY_FILE: {
    type: z.string(),
    fallback: '',
    says: 'File of the root key (mode 0600, made at first start); empty: root.key in PARLEY_DATA.',
  },
  PARLEY_WORKERS: {
    type: z
      .string()
      .transform((names) => listed(names))
      .pipe(z.array(z.enum(workerNames))),
    fallback: workerNames.join(','),
    says: `Which workers this process runs: some of ${workerNames.join(', ')}.`,
  },
  PARLEY_EVENT_STORE_PORT: {
    type: z.union([z.literal('').transform(() => null), port]),
    fallback: '',
    says: 'Serves the embedded log over EventStoreDB’s protocol on this port; empty: does not.',
  },
  PARLEY_SERVE_ENGINES: {
    type: z.enum(['on', 'off']).transform((value) => value === 'on'),
    fallback: 'off',
    says: 'Whether other processes of this machine may work on the embedded engines: on or off.',
  },
  PARLEY_ACCESS_TOKEN_MINUTES: {
    type: z.coerce.number().positive().max(1_440),
    fallback: '10',
    says: 'How long an access token is good for, in minutes.',
  },
  PARLEY_COST_PER_MINUTE: {
    type: z.coerce.number().int().positive(),
    fallback: '2000000',
    says: 'Points of GraphQL cost that a person gets back each minute.',
  },
  PARLEY_FRAMES_PER_SECOND: {
    type: z.coerce.number().int().positive(),
    fallback: '50',
    says: 'Frames a socket may send each second, with bursts of twice as many.',
  },
  PARLEY_EXPLORER: {
    type: z.enum(['on', 'off']).transform((value) => value === 'on'),
    fallback: 'on',
    says: 'Whether GraphiQL is served at /graphiql: on or off.',
  },
  PARLEY_ORIGINS: {
    type: z.string().transform((origins) => listed(origins)),
    fallback: '',
    says: 'Web origins besides our own whose pages may open the socket, separated by commas.',
  },
  PARLEY_TRUSTED_PROXIES: {
    type: z
      .string()
      .transform((addresses) => listed(addresses))
      .pipe(z.array(network)),
    fallback: '',
    says: 'Proxies whose X-Forwarded-For says who asks: addresses or networks, by commas.',
  },
  PARLEY_METRICS_PORT: {
    type: z.union([z.literal('').transform(() => null), port]),
    fallback: '',
    says: 'Port of /metrics (Prometheus) and health in this process; 0: a free one; empty: none.',
  },
  PARLEY_METRICS_HOST: {
    type: z.string().min(1),
    fallback: '127.0.0.1',
    says: 'Address for /metrics, which asks nobody who they are: keep it off public networks.',
  },
  PARLEY_TRACES: {
    type: z.union([
      z.literal('').transform(() => null),
      z
        .string()
        .regex(/^https?:\/\/[^@?#]+$/, 'an http:// address without a password, or empty')
        .refine((url) => URL.canParse(url), 'no address')
        .transform((url) => url.replace(/\/+$/, '')),
    ]),
    fallback: '',
    says: 'Where traces go: the address of an OpenTelemetry collector (OTLP/HTTP); empty: none.',
  },
  PARLEY_TRACES_RATIO: {
    type: z.coerce.number().min(0).max(1),
    fallback: '0.01',
    says: 'Which part of all requests is traced, from 0 to 1; 1 to look at each.',
  },
  PARLEY_LOG_LEVEL: {
    type: z.enum(['debug', 'info', 'warn', 'error', 'silent']),
    fallback: 'warn',
    says: 'How much is logged (JSON lines on standard error).',
  },
} as const satisfies Record<string, Option>;

/** A name of an option, as the environment knows it. */
export type OptionName = keyof typeof options;
/** The parsed values of all options. */
export type OptionValues = {
  readonly [Name in OptionName]: z.output<(typeof options)[Name]['type']>;
};

/** `secret`: what the address may hold that wants %-encoding, where it has to be a URL. */
function embeddedOr(shape: RegExp, says: string, secret?: 'password' | 'secret') {
  const address = z.string().regex(shape, says);
  const encoded = `no address: characters of a ${secret} want %-encoding`;
  const isFit = (url: string) => secret === undefined || URL.canParse(url);
  return z.union([z.literal('embedded'), address.refine(isFit, encoded)]);
}

function listed(text: string): readonly string[] {
  return text
    .split(',')
    .map((one) => one.trim())
    .filter(Boolean);
}
