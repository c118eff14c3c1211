import type { Served } from '../../rpc/server.ts';
import type { Line } from '../../rpc/wire.ts';
import type { Cache } from './port.ts';

type Key = { readonly key: string };
type Written = Key & { readonly value: string; readonly expiresInMs: number };
type Field = Key & { readonly field: string };
type Rooms = { readonly gateway: string; readonly rooms: readonly string[] };

/** Above this a subscriber is too slow: its line is cut, and it knows that it missed something. */
const messagesWaitingMax = 10_000;

/** The cache of this process, for others of its machine: see served.ts for their side. */
export function serveCache(cache: Cache): Served {
  const { registry } = cache;
  return {
    calls: {
      'cache.get': ({ key }: Key) => cache.get(key),
      'cache.set': ({ key, value, expiresInMs }: Written) => cache.set(key, value, { expiresInMs }),
      'cache.set-if-absent': ({ key, value, expiresInMs }: Written) =>
        cache.setIfAbsent(key, value, { expiresInMs }),
      'cache.delete': ({ key }: Key) => cache.delete(key),
      'cache.increment': ({ key, by, expiresInMs }: Key & { by: number; expiresInMs: number }) =>
        cache.increment(key, by, { expiresInMs }),
      'cache.hash-set': ({ key, field, value }: Field & { readonly value: string }) =>
        cache.hashSet(key, field, value),
      'cache.hash-get-all': async ({ key }: Key) => [...(await cache.hashGetAll(key))],
      'cache.hash-delete': ({ key, field }: Field) => cache.hashDelete(key, field),
      'cache.publish': ({ channel, message }: { channel: string; message: string }) =>
        cache.publish(channel, message),
      'registry.enter': ({ gateway, rooms }: Rooms) => registry.enter(gateway, rooms),
      'registry.leave': ({ gateway, rooms }: Rooms) => registry.leave(gateway, rooms),
      'registry.gateways-of': async ({ rooms }: Pick<Rooms, 'rooms'>) => [
        ...(await registry.gatewaysOf(rooms)),
      ],
      'registry.renew': ({ gateway, leaseMs }: { gateway: string; leaseMs: number }) =>
        registry.renew(gateway, { leaseMs }),
      'registry.gateways': () => registry.gateways(),
      'cache.health': () => cache.health(),
    },
    lines: { 'cache.subscribe': ({ channel }, line) => subscribe(cache, channel, line) },
  };
}

async function subscribe(cache: Cache, channel: string, line: Line): Promise<void> {
  const unsubscribe = await cache.subscribe(channel, (message) => {
    if (line.waiting() > messagesWaitingMax) line.end();
    else void line.send({ message });
  });
  try {
    await line.send({ subscribed: true });
    await line.receive(); // nothing is said by the other side: it hangs up
  } finally {
    await unsubscribe();
  }
}
