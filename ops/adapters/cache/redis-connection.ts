import { Redis, ReplyError } from 'ioredis';
import type { Guard } from '../../guard.ts';
import { openGuard } from '../../guard.ts';
import type { Written } from '../../misfit.ts';
import { lastingSentence, misfitOf, misfitSentence, writtenAs } from '../../misfit.ts';
import { PlainError } from '../../plain-error.ts';
import { CacheUnavailable } from './port.ts';

export type RedisCacheOptions = {
  readonly url: string; // redis://user:password@host:6379/0, or rediss:// with TLS
  /** How long a command may take: 1,000 unless told. Without a connection it fails at once. */
  readonly commandMs?: number | undefined;
  /** Commands that wait for their answer: above this one more is refused. */
  readonly waitingMax?: number | undefined;
};

/** The two connections of a cache: one that asks, one that only listens. */
export type RedisConnection = {
  /** Asks once: whatever writes, so that nothing happens twice, or behind what was asked later. */
  once<Answer>(command: (redis: Redis) => Promise<Answer>): Promise<Answer>;
  /** Asks again where the first answer is lost: reads, leases, and tidying up after the dead. */
  again<Answer>(command: (redis: Redis) => Promise<Answer>): Promise<Answer>;
  readonly listening: Redis;
  readonly where: string; // host and port, without credentials
  readonly breaker: Guard['breaker'];
  readonly watchCalls: Guard['watchCalls'];
  [Symbol.dispose](): void;
};

const versionMin = 7; // sharded publish/subscribe came with it
const connectMs = 5_000;
const reconnectMs = { first: 50, max: 2_000 };
const refusedAgainMs = 30_000; // at least, before a login that was refused is tried again

/**
 * Connects and looks at the server; one that is away, refuses us or is too old rejects with a
 * PlainError. Later failures are not final: connections are made again, with full jitter, and a
 * circuit breaker lets one command try while the server is away and refuses the others at once.
 */
export async function connectRedis({
  url,
  commandMs = 1_000,
  waitingMax = 10_000,
}: RedisCacheOptions): Promise<RedisConnection> {
  const where = new URL(url).host;
  const written = writtenAs(new URL(url), {
    ...{ name: 'Redis', option: 'PARLEY_CACHE', plain: 'redis://', secure: 'rediss://' },
  });
  let isRefused = false; // our login
  const options = {
    commandTimeout: commandMs,
    connectTimeout: connectMs,
    connectionName: 'parley',
    lazyConnect: true,
    maxRetriesPerRequest: null, // the time-out is the bound
    autoResubscribe: false, // who listens is told of the gap
    autoResendUnfulfilledCommands: false, // a message is published at most once
    retryStrategy: (times: number) => {
      const jitter = Math.random() * Math.min(reconnectMs.max, reconnectMs.first * 2 ** times);
      return isRefused ? refusedAgainMs + jitter : jitter;
    },
  };
  // What is asked while there is no connection fails at once; it would be sent late, unasked for.
  // One that owes an answer for so long has gone without a word.
  const asks = { ...options, enableOfflineQueue: false, socketTimeout: 2 * commandMs };
  const [asking, listening] = [new Redis(url, asks), new Redis(url, options)];
  for (const redis of [asking, listening]) {
    redis.on('error', (cause) => {
      // After a certificate that is refused Node tells of the server's alert as well, when ioredis
      // listens no more: unheard, it would end the process.
      redis.stream?.on('error', () => undefined);
      isRefused = misfitOf(cause) === 'login'; // what it comes to is seen by who asks
    });
    redis.on('ready', () => {
      isRefused = false;
    });
  }
  const dispose = (): void => {
    asking.disconnect();
    listening.disconnect();
  };
  try {
    await Promise.all([asking, listening].map(firstAnswer));
    refuseUnfit(await asking.info(), where);
  } catch (cause) {
    dispose();
    throw cause instanceof PlainError ? cause : new PlainError(missing(written, cause));
  }

  const guard = openGuard({
    isAway,
    translate: (cause) => translate(cause, written, where),
    waitingMax,
    tooMuchWaits: () => new CacheUnavailable('too much waits for Redis'),
  });
  return {
    once: (command) => guard.once(() => command(asking)),
    again: (command) => guard.again(() => command(asking)),
    ...{ listening, where, breaker: guard.breaker, watchCalls: guard.watchCalls },
    [Symbol.dispose]: dispose,
  };
}

/** The first connection is not tried again: whoever starts is told what is wrong. */
async function firstAnswer(redis: Redis): Promise<void> {
  const refused = Promise.withResolvers<never>();
  redis.once('error', refused.reject);
  const late = new Error(`no answer within ${connectMs} ms`);
  const tooLate = setTimeout(() => refused.reject(late), connectMs);
  try {
    await Promise.race([redis.connect(), refused.promise]);
  } finally {
    clearTimeout(tooLate);
    redis.off('error', refused.reject);
    refused.promise.catch(() => undefined);
  }
}

/** One that is too old, of a cluster, or that forgets rooms without a word when it is full. */
function refuseUnfit(info: string, where: string): void {
  const told = (name: string) => new RegExp(`^${name}:(\\S+)`, 'm').exec(info)?.[1] ?? '';
  const version = told('redis_version');
  if (!(Number.parseInt(version, 10) >= versionMin)) {
    throw new PlainError(
      `The Redis at ${where} is version ${version}: Parley needs ${versionMin}.0 or newer, or ` +
        'any Valkey.',
    );
  }
  if (told('redis_mode') === 'cluster') {
    throw new PlainError(
      `The Redis at ${where} is part of a cluster, which Parley does not speak to: name one in ` +
        'PARLEY_CACHE that runs without cluster-enabled.',
    );
  }
  const policy = told('maxmemory_policy');
  if (told('maxmemory') !== '0' && policy !== 'noeviction') {
    throw new PlainError(
      `The Redis at ${where} forgets keys when it is full (maxmemory-policy ${policy}), and ` +
        'devices would miss messages: set maxmemory-policy to noeviction.',
    );
  }
}

function missing(written: Written, cause: unknown): string {
  const sentence = misfitSentence(cause, written);
  if (sentence !== null) return sentence;
  const reason = cause instanceof Error ? cause.message || cause.name : String(cause);
  return (
    `${written.server} cannot be used (${reason}): start it, mend its address and password ` +
    'in PARLEY_CACHE, or set that to embedded to keep the cache in this process.'
  );
}

/** What a server says that will answer again: it loads, fails over, or is full. */
const passing =
  /^(LOADING|READONLY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|BUSY|OOM|EXECABORT|MISCONF|NOREPLICAS)\b/;

/** Whatever Redis did not say itself: no connection, no answer in time, an open breaker. */
function isAway(cause: unknown): boolean {
  return !(cause instanceof ReplyError) || passing.test((cause as Error).message);
}

function translate(cause: unknown, written: Written, where: string): unknown {
  if (!isAway(cause) && misfitOf(cause) !== 'login') return cause;
  const reason = lastingSentence(cause, written) ?? `the Redis at ${where} does not answer`;
  return new CacheUnavailable(reason, { cause });
}
