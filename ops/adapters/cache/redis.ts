import type { ChainableCommander } from 'ioredis';
import { openEmbeddedCache } from './embedded.ts';
import type { Cache } from './port.ts';
import { CacheUnavailable } from './port.ts';
import { openRedisChannels } from './redis-channels.ts';
import type { RedisCacheOptions, RedisConnection } from './redis-connection.ts';
import { connectRedis } from './redis-connection.ts';
import { openRedisRegistry } from './redis-registry.ts';

/**
 * The cache on one Redis 7 or newer, or a Valkey; no module is needed. A cluster is refused: every
 * command touches the keys of one hash slot and channels are sharded, as it would want them, but
 * who listens would not be told of a gap where a slot moves.
 */
export async function openRedisCache(
  options: RedisCacheOptions,
  now: () => number,
): Promise<Cache> {
  const connection = await connectRedis(options);
  const own = openEmbeddedCache({ now }); // to count in while Redis is away
  const { once, again } = connection;
  const channels = openRedisChannels(connection);
  return {
    get: (key) => again((redis) => redis.get(valueKey(key))),
    set: async (key, value, { expiresInMs }) => {
      await once((redis) => redis.set(valueKey(key), value, 'PX', expiresInMs));
    },
    setIfAbsent: async (key, value, { expiresInMs }) =>
      (await once((redis) => redis.set(valueKey(key), value, 'PX', expiresInMs, 'NX'))) === 'OK',
    delete: async (key) => {
      await once((redis) => redis.del(valueKey(key)));
    },
    increment: (key, by, options) =>
      incremented(connection, valueKey(key), { by, ...options }).catch((cause: unknown) => {
        if (cause instanceof CacheUnavailable) return own.increment(key, by, options);
        throw cause;
      }),
    hashSet: async (key, field, value) => {
      await once((redis) => redis.hset(hashKey(key), field, value));
    },
    hashGetAll: async (key) =>
      new Map(Object.entries(await again((redis) => redis.hgetall(hashKey(key))))),
    hashDelete: async (key, field) => {
      await once((redis) => redis.hdel(hashKey(key), field));
    },
    publish: channels.publish,
    subscribe: channels.subscribe,
    registry: openRedisRegistry(connection),
    health: () =>
      again((redis) => redis.ping()).then(
        () => ({ ok: true }),
        (cause: Error) => ({ ok: false, reason: cause.message }),
      ),
    breaker: connection.breaker,
    watchCalls: connection.watchCalls,
    [Symbol.asyncDispose]: async () => {
      channels[Symbol.dispose]();
      connection[Symbol.dispose]();
    },
  };
}

/** The window begins with the first count and ends by itself: later ones do not prolong it. */
async function incremented(
  { once }: RedisConnection,
  key: string,
  { by, expiresInMs }: { readonly by: number; readonly expiresInMs: number },
): Promise<number> {
  const [, counted] = await once((redis) =>
    answersOf(redis.multi().set(key, 0, 'PX', expiresInMs, 'NX').incrby(key, by)),
  );
  return Number(counted);
}

async function answersOf(several: ChainableCommander): Promise<readonly unknown[]> {
  const answers = (await several.exec()) ?? [];
  const failed = answers.find(([error]) => error)?.[0];
  if (failed) throw failed;
  return answers.map(([, answer]) => answer);
}

function valueKey(key: string): string {
  return `parley:value:${key}`;
}

function hashKey(key: string): string {
  return `parley:hash:${key}`;
}
