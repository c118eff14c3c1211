import { hand } from './hand.ts';
import type { Cache, SubscribeOptions } from './port.ts';
import { CacheUnavailable } from './port.ts';
import type { RedisConnection } from './redis-connection.ts';

type Listener = SubscribeOptions & { readonly heard: (message: string) => void };

/** A connection on which nothing is heard is asked this often whether it still stands. */
const askedEveryMs = 5_000;

/** Publish/subscribe on sharded channels; who listens is told when something may be missing. */
export function openRedisChannels({
  once,
  listening,
  where,
}: RedisConnection): Pick<Cache, 'publish' | 'subscribe'> & Disposable {
  const channels = new Map<string, Set<Listener>>();
  // What comes behind a loss must not be heard before the word of it: a device would take the
  // progress told there for its own, and resume beyond what it lacks.
  let isGapUntold = false;

  listening.on('smessage', (name: string, message: string) => {
    if (isGapUntold) return; // who resumes hears of it
    const channel = name.slice(channelName('').length);
    for (const listener of [...(channels.get(channel) ?? [])]) {
      hand(listener.heard, { channel, message });
    }
  });
  /** Redis was away, or cut us off as too slow: everybody listens again, and hears of the gap. */
  listening.on('ready', () => {
    const names = [...channels.keys()];
    isGapUntold = names.length > 0;
    Promise.all(names.map((name) => listening.ssubscribe(channelName(name))))
      .then(() => {
        for (const all of channels.values()) for (const { onGap } of all) onGap?.();
        isGapUntold = false;
      })
      .catch(() => listening.disconnect(true)); // and once more
  });
  const asking = setInterval(() => {
    if (listening.status === 'ready') listening.ping().catch(() => listening.disconnect(true));
  }, askedEveryMs).unref();

  return {
    publish: async (channel, message) => {
      await once((redis) => redis.spublish(channelName(channel), message));
    },
    subscribe: async (channel, heard, options) => {
      const listener: Listener = { heard, ...options };
      const all = channels.get(channel) ?? new Set<Listener>();
      channels.set(channel, all.add(listener));
      const leave = async (): Promise<void> => {
        all.delete(listener);
        if (all.size > 0 || channels.get(channel) !== all) return;
        channels.delete(channel);
        // Redis may be away: then nobody listens any more once it is back.
        await listening.sunsubscribe(channelName(channel)).catch(() => undefined);
      };
      await listening.ssubscribe(channelName(channel)).catch(async () => {
        await leave();
        throw new CacheUnavailable(`the Redis at ${where} does not let us listen`);
      });
      return leave;
    },
    [Symbol.dispose]: () => clearInterval(asking),
  };
}

function channelName(channel: string): string {
  return `parley:channel:${channel}`;
}
