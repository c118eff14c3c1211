import { setTimeout as pause } from 'node:timers/promises';
import type { Rpc } from '../../rpc/client.ts';
import { openRpc } from '../../rpc/client.ts';
import { hand } from './hand.ts';
import type { Cache, Registry, SubscribeOptions, Unsubscribe } from './port.ts';

export type ServedCacheOptions = {
  readonly path: string; // of the socket on which the other process serves
  readonly retryDelayMs?: number | undefined; // 50 unless told, with up to as much again by chance
};

/** The cache that another process of this machine holds. */
export function openServedCache({ path, retryDelayMs = 50 }: ServedCacheOptions): Cache {
  const rpc = openRpc(path);
  const closed = new AbortController();
  return {
    get: (key) => rpc.call('cache.get', { key }),
    set: (key, value, { expiresInMs }) => rpc.call('cache.set', { key, value, expiresInMs }),
    setIfAbsent: (key, value, { expiresInMs }) =>
      rpc.call('cache.set-if-absent', { key, value, expiresInMs }),
    delete: (key) => rpc.call('cache.delete', { key }),
    increment: (key, by, { expiresInMs }) => rpc.call('cache.increment', { key, by, expiresInMs }),
    hashSet: (key, field, value) => rpc.call('cache.hash-set', { key, field, value }),
    hashGetAll: async (key) =>
      new Map(await rpc.call<[string, string][]>('cache.hash-get-all', { key })),
    hashDelete: (key, field) => rpc.call('cache.hash-delete', { key, field }),
    publish: (channel, message) => rpc.call('cache.publish', { channel, message }),
    subscribe: (channel, listener, options) =>
      subscribe({ rpc, retryDelayMs, closed: closed.signal }, { channel, listener, ...options }),
    registry: registryOf(rpc),
    health: async () => {
      const asked = rpc.call<Awaited<ReturnType<Cache['health']>>>('cache.health', {});
      return asked.catch((cause: Error) => ({ ok: false, reason: cause.message }));
    },
    [Symbol.asyncDispose]: async () => {
      closed.abort('closed');
      rpc[Symbol.dispose]();
    },
  };
}

function registryOf(rpc: Rpc): Registry {
  return {
    enter: (gateway, rooms) => rpc.call('registry.enter', { gateway, rooms }),
    leave: (gateway, rooms) => rpc.call('registry.leave', { gateway, rooms }),
    gatewaysOf: async (rooms) =>
      new Map(await rpc.call<[string, string[]][]>('registry.gateways-of', { rooms })),
    renew: (gateway, { leaseMs }) => rpc.call('registry.renew', { gateway, leaseMs }),
    gateways: () => rpc.call('registry.gateways', {}),
  };
}

type Subscriber = {
  readonly rpc: Rpc;
  readonly retryDelayMs: number;
  readonly closed: AbortSignal;
};
type Subscription = SubscribeOptions & {
  readonly channel: string;
  readonly listener: (message: string) => void;
};

/** Resolves once it stands; stands again by itself, and then says that there was a gap. */
async function subscribe(
  { rpc, retryDelayMs, closed }: Subscriber,
  { channel, listener, onGap }: Subscription,
): Promise<Unsubscribe> {
  const stop = new AbortController();
  const signal = AbortSignal.any([closed, stop.signal]);
  const stands = Promise.withResolvers<void>();
  const keep = async (): Promise<void> => {
    for (let times = 0; !signal.aborted; ) {
      const line = rpc.open('cache.subscribe', { channel });
      const hangUp = (): void => line.end();
      signal.addEventListener('abort', hangUp);
      for (let heard = await line.receive(); heard !== undefined; heard = await line.receive()) {
        if (signal.aborted) break;
        if (isMessage(heard)) hand(listener, { channel, message: heard.message });
        else if (++times > 1) onGap?.();
        else stands.resolve();
      }
      signal.removeEventListener('abort', hangUp);
      line.end();
      const delayMs = retryDelayMs * (1 + Math.random());
      await pause(delayMs, undefined, { signal }).catch(() => undefined);
    }
    stands.resolve();
  };
  const kept = keep();
  await stands.promise;
  return async () => {
    stop.abort('unsubscribed');
    await kept;
  };
}

function isMessage(heard: unknown): heard is { readonly message: string } {
  return typeof heard === 'object' && heard !== null && 'message' in heard;
}
