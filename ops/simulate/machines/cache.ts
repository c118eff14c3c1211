import { openEmbeddedCache } from '../../adapters/cache/embedded.ts';
import type { Cache, SubscribeOptions } from '../../adapters/cache/port.ts';
import type { Weather } from '../faults.ts';
import type { Life } from '../life.ts';
import type { Scheduler } from '../scheduler.ts';

/**
 * The embedded cache between processes: each call is a question, each message a letter on its way.
 */
export type SimulatedCache = {
  /** The cache as one process sees it. */
  seenBy(life: Life): Cache;
  /** It forgets everything, as it may. */
  cutPower(): void;
};

export type CacheOptions = { readonly scheduler: Scheduler; readonly weather: Weather };

export function openSimulatedCache({ scheduler, weather }: CacheOptions): SimulatedCache {
  let cache = openEmbeddedCache({ now: scheduler.now });
  return {
    seenBy: (life) => seenBy(life, () => cache, { scheduler, weather }),
    cutPower: () => {
      cache = openEmbeddedCache({ now: scheduler.now });
    },
  };
}

function seenBy(life: Life, cache: () => Cache, { scheduler, weather }: CacheOptions): Cache {
  let arrivesMs = 0;
  /** A process has one connection: nothing that it asks overtakes what it asked before. */
  const ask = <Answer>(effect: () => Promise<Answer>): Promise<Answer> => {
    const { thereMs, backMs } = weather.delays();
    arrivesMs = Math.max(arrivesMs, scheduler.now() + thereMs);
    return life.ask({ thereMs: arrivesMs - scheduler.now(), backMs }, effect);
  };
  return {
    get: (key) => ask(() => cache().get(key)),
    set: (key, value, options) => ask(() => cache().set(key, value, options)),
    setIfAbsent: (key, value, options) => ask(() => cache().setIfAbsent(key, value, options)),
    delete: (key) => ask(() => cache().delete(key)),
    increment: (key, by, options) => ask(() => cache().increment(key, by, options)),
    hashSet: (key, field, value) => ask(() => cache().hashSet(key, field, value)),
    hashGetAll: (key) => ask(() => cache().hashGetAll(key)),
    hashDelete: (key, field) => ask(() => cache().hashDelete(key, field)),
    publish: (channel, message) => ask(() => cache().publish(channel, message)),
    subscribe: async (channel, listener, options = {}) => {
      const letters = openLetters(life, { listener, ...options }, { scheduler, weather });
      const leave = await ask(() => cache().subscribe(channel, letters.take));
      const forget = life.whenEnded(() => void leave());
      return async () => {
        letters.end();
        forget();
        await ask(leave);
      };
    },
    registry: {
      enter: (gateway, rooms) => ask(() => cache().registry.enter(gateway, rooms)),
      leave: (gateway, rooms) => ask(() => cache().registry.leave(gateway, rooms)),
      gatewaysOf: (rooms) => ask(() => cache().registry.gatewaysOf(rooms)),
      renew: (gateway, options) => ask(() => cache().registry.renew(gateway, options)),
      gateways: () => ask(() => cache().registry.gateways()),
    },
    health: async () => ({ ok: true }),
    [Symbol.asyncDispose]: async () => undefined,
  };
}

/** One that throws hurts nobody else. */
function hand(listener: (message: string) => void, message: string): void {
  try {
    listener(message);
  } catch (cause) {
    process.emitWarning('a listener threw', { detail: String(cause) });
  }
}

const gapMsMax = 3_000;

/** Messages reach a listener in their order, or are lost for a while, and then it is told so. */
function openLetters(
  life: Life,
  { listener, onGap }: SubscribeOptions & { readonly listener: (message: string) => void },
  { scheduler, weather }: CacheOptions,
) {
  let over = false;
  let arrivesMs = 0;
  let inGap = false;
  const take = (message: string): void => {
    if (inGap) return;
    if (weather.strikes('gap', 0.01)) {
      if (!onGap) return;
      inGap = true;
      life.inside(weather.delayMs() + gapMsMax, () => {
        inGap = false;
        if (!over) onGap();
      });
      return;
    }
    const lateMs = weather.strikes('late', 0.03) ? 10 * weather.delayMs() + 200 : 0;
    arrivesMs = Math.max(arrivesMs, scheduler.now() + weather.delayMs() + lateMs);
    life.inside(arrivesMs - scheduler.now(), () => {
      if (!over) hand(listener, message);
    });
  };
  const end = (): void => {
    over = true;
  };
  return { take, end };
}
