import { randomUUID } from 'node:crypto';
import type { Registry } from './port.ts';
import type { RedisConnection } from './redis-connection.ts';

/*
 * Keys: `parley:gateways` has every stay and when its lease ends (ms of Redis' own clock), a room
 * has the stays of the gateways in it, and a stay has its rooms, so that they can be tidied up when
 * its lease ends. A gateway that was forgotten comes back as another stay: whatever the one before
 * had entered counts for nothing, also where it has not been tidied up yet.
 */
const leasesKey = 'parley:gateways';

const nowMs = `local t = redis.call('TIME'); local now = t[1] * 1000 + math.floor(t[2] / 1000)`;
const renewScript = `${nowMs}
  local ends = redis.call('ZSCORE', KEYS[1], ARGV[1])
  if ARGV[3] == 'known' and not (ends and tonumber(ends) > now) then return 0 end
  redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])
  return 1`;
const liveScript = `${nowMs}
  return redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. now, '+inf')`;
const endedScript = `${nowMs}
  return redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, 10)`;
const tidiedAtOnce = 1_000; // rooms

/** Who is connected where. A gateway is renewed, and enters, through one cache. */
export function openRedisRegistry({ once, again }: RedisConnection): Registry {
  const stays = new Map<string, string>(); // by gateway, of this process

  const ask = (script: string): Promise<readonly string[]> =>
    again((redis) => redis.eval(script, 1, leasesKey) as Promise<string[]>);
  const lease = (stay: string, leaseMs: number, as: 'known' | 'new'): Promise<boolean> =>
    again(async (redis) => (await redis.eval(renewScript, 1, leasesKey, stay, leaseMs, as)) === 1);

  const tidy = (stay: string): Promise<void> => tidied(again, stay);

  return {
    enter: async (gateway, rooms) => {
      const stay = stays.get(gateway);
      if (stay === undefined || rooms.length === 0) return; // without a lease it counts for nothing
      await once((redis) =>
        Promise.all([
          redis.sadd(roomsKey(stay), ...rooms),
          ...rooms.map((room) => redis.sadd(roomKey(room), stay)),
        ]),
      );
    },
    leave: async (gateway, rooms) => {
      const stay = stays.get(gateway);
      if (stay === undefined || rooms.length === 0) return;
      await once((redis) =>
        Promise.all([
          ...rooms.map((room) => redis.srem(roomKey(room), stay)),
          redis.srem(roomsKey(stay), ...rooms),
        ]),
      );
    },
    gatewaysOf: async (rooms) => {
      if (rooms.length === 0) return new Map();
      const [live, inside] = await Promise.all([
        ask(liveScript),
        again((redis) => Promise.all(rooms.map((room) => redis.smembers(roomKey(room))))),
      ]);
      const known = new Set(live);
      return new Map(
        rooms.map((room, at) => [
          room,
          (inside[at] ?? []).filter((stay) => known.has(stay)).map(gatewayOf),
        ]),
      );
    },
    renew: async (gateway, { leaseMs }) => {
      const stay = stays.get(gateway);
      if (stay !== undefined && (await lease(stay, leaseMs, 'known'))) {
        await Promise.all((await ask(endedScript)).map(tidy));
        return true;
      }
      const next = `${gateway}/${randomUUID()}`;
      await lease(next, leaseMs, 'new');
      stays.set(gateway, next);
      // The one before is tidied by whoever renews, should this fail: being told comes first.
      if (stay !== undefined) void tidy(stay).catch(() => undefined);
      return false;
    },
    gateways: async () => (await ask(liveScript)).map(gatewayOf),
  };
}

/** Nobody enters as this stay any more. Whoever stops half-way is followed by the next one. */
async function tidied(again: RedisConnection['again'], stay: string): Promise<void> {
  for (;;) {
    const [, rooms] = await again((redis) => redis.sscan(roomsKey(stay), 0, 'COUNT', tidiedAtOnce));
    if (rooms.length === 0) break;
    await again((redis) => Promise.all(rooms.map((room) => redis.srem(roomKey(room), stay))));
    await again((redis) => redis.srem(roomsKey(stay), ...rooms));
  }
  await again((redis) => redis.zrem(leasesKey, stay));
}

function gatewayOf(stay: string): string {
  return stay.slice(0, stay.lastIndexOf('/'));
}

function roomKey(room: string): string {
  return `parley:room:${room}`;
}

function roomsKey(stay: string): string {
  return `parley:rooms-of:${stay}`;
}
