import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../free-port.ts';
import { redis as redisServer } from '../../stack/redis.ts';
import { makeCertificates, missingCertificates } from '../../stack/secured/certificates.ts';
import { securedRedis } from '../../stack/secured/redis.ts';
import type { TestServer } from '../../stack/testing.ts';
import { lackOf, openTestServer } from '../../stack/testing.ts';
import { cacheContract } from './contract.ts';
import { CacheUnavailable } from './port.ts';
import { openRedisCache } from './redis.ts';
import { until } from './testing.ts';

const missing = lackOf(redisServer);
let server: TestServer;
const urlOf = (database = 0) => `${server.option.value}/${database}`;

describe.skipIf(missing !== null)(`Redis (${missing ?? 'a server of its own'})`, () => {
  beforeAll(async () => {
    server = await openTestServer(redisServer);
  });
  afterAll(() => server[Symbol.asyncDispose]());

  cacheContract('Redis', async () => {
    const cache = await openRedisCache({ url: urlOf() }, Date.now);
    return {
      cache,
      slowness: 3,
      pass: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      dispose: async () => {
        await cache[Symbol.asyncDispose]();
      },
    };
  });

  describe('with two processes on it', () => {
    it('brings what one publishes to the other, and knows the gateways of both', async () => {
      await using one = await openRedisCache({ url: urlOf() }, Date.now);
      await using two = await openRedisCache({ url: urlOf() }, Date.now);
      const [channel, room, gateway] = [randomUUID(), randomUUID(), randomUUID()];
      const heard: string[] = [];
      await two.subscribe(channel, (message) => heard.push(message));
      await one.publish(channel, 'hello');
      await until(() => heard.length === 1);
      await two.registry.renew(gateway, { leaseMs: 60_000 });
      await two.registry.enter(gateway, [room]);
      expect((await one.registry.gatewaysOf([room])).get(room)).toEqual([gateway]);
    });

    it('leaves nothing of a gateway that never came back, once another one renews', async () => {
      await using one = await openRedisCache({ url: urlOf(3) }, Date.now);
      await using two = await openRedisCache({ url: urlOf(3) }, Date.now);
      await one.registry.renew('gone', { leaseMs: 300 });
      await one.registry.enter(
        'gone',
        Array.from({ length: 2_500 }, (_, at) => `room ${at}`),
      );
      await two.registry.renew('here', { leaseMs: 60_000 });
      await two.registry.enter('here', ['room 7']);
      await new Promise((resolve) => setTimeout(resolve, 400));
      await two.registry.renew('here', { leaseMs: 60_000 });
      const raw = new Redis(urlOf(3));
      const keys = await raw.keys('*');
      raw.disconnect();
      expect(keys.filter((key) => !key.includes('rooms-of:here')).sort()).toEqual([
        'parley:gateways',
        'parley:room:room 7',
      ]);
    });

    it('does not take rooms of a gateway that came back for those it had before', async () => {
      await using one = await openRedisCache({ url: urlOf(4) }, Date.now);
      await using two = await openRedisCache({ url: urlOf(4) }, Date.now);
      await one.registry.renew('back', { leaseMs: 300 });
      await one.registry.enter('back', ['old', 'both']);
      await new Promise((resolve) => setTimeout(resolve, 400));
      expect(await one.registry.renew('back', { leaseMs: 60_000 })).toBe(false);
      await one.registry.enter('back', ['both']);
      await two.registry.renew('other', { leaseMs: 60_000 });
      await two.registry.renew('other', { leaseMs: 60_000 });
      const found = await two.registry.gatewaysOf(['old', 'both']);
      expect([found.get('old'), found.get('both')]).toEqual([[], ['back']]);
    });
  });

  describe('while the server is away', () => {
    it('says so within the time of a command, then at once; it heals by itself', async () => {
      await using cache = await openRedisCache({ url: urlOf(), commandMs: 500 }, Date.now);
      expect(cache.breaker?.()).toBe('closed');
      await server.stop();
      for (let time = 0; time < 5; time += 1) {
        await expect(cache.get('key')).rejects.toBeInstanceOf(CacheUnavailable);
      }
      expect(await cache.health()).toMatchObject({
        ok: false,
        reason: expect.stringMatching(/Redis/),
      });
      expect(cache.breaker?.()).toBe('open');
      await server.start();
      await until(async () => (await cache.health()).ok);
      expect(cache.breaker?.()).toBe('closed');
      await cache.set('key', 'value', { expiresInMs: 60_000 });
      expect(await cache.get('key')).toBe('value');
    });

    it('counts on in this process: limits hold, and nobody is refused for want of it', async () => {
      await using cache = await openRedisCache({ url: urlOf(), commandMs: 500 }, Date.now);
      const key = randomUUID();
      const add = () => cache.increment(key, 2, { expiresInMs: 60_000 });
      await add();
      await server.stop();
      expect([await add(), await add()]).toEqual([2, 4]);
      await server.start();
      await until(async () => (await cache.health()).ok);
      // What Redis held was forgotten; what was asked while it was away may be counted late.
      expect([2, 4, 6]).toContain(await add());
    });

    it('refuses more than may wait', async () => {
      await using cache = await openRedisCache({ url: urlOf(), waitingMax: 10 }, Date.now);
      const asked = await Promise.allSettled(Array.from({ length: 12 }, () => cache.get('key')));
      const refused = asked.filter(({ status }) => status === 'rejected');
      expect(refused.map((one) => one.status === 'rejected' && one.reason.name)).toEqual([
        'CacheUnavailable',
        'CacheUnavailable',
      ]);
    });

    it('tells who listens of the gap once it is back, and brings what comes then', async () => {
      await using cache = await openRedisCache({ url: urlOf() }, Date.now);
      const heard: string[] = [];
      const gaps: string[] = [];
      const channel = randomUUID();
      await cache.subscribe(channel, (message) => heard.push(message), {
        onGap: () => gaps.push(heard.join()),
      });
      await cache.publish(channel, 'before');
      await until(() => heard.length === 1);
      await server.stop();
      await server.start();
      await until(() => gaps.length === 1);
      await until(() =>
        cache.publish(channel, 'after').then(
          () => true,
          () => false,
        ),
      );
      await until(() => heard.includes('after'));
      expect([heard, gaps]).toEqual([['before', 'after'], ['before']]);
    });

    it('brings nothing that came behind what was lost before it has told of the gap', async () => {
      await using cache = await openRedisCache({ url: urlOf() }, Date.now);
      const [raw, channel] = [new Redis(urlOf()), randomUUID()];
      let next = 0; // number that is due
      let behindAGap = 0;
      let gaps = 0;
      const heard = (message: string): void => {
        if (next > 0 && Number(message) > next) behindAGap += 1;
        next = Number(message) + 1;
      };
      const onGap = (): void => {
        gaps += 1;
        next = 0; // whatever comes first now is right
      };
      await cache.subscribe(channel, heard, { onGap });
      for (let n = 0; n < 200; n += 1) await cache.subscribe(randomUUID(), () => undefined);
      let talking = true;
      const talk = (async () => {
        for (let n = 1; talking; n += 1) await raw.spublish(`parley:channel:${channel}`, `${n}`);
      })();
      for (let round = 1; round <= 5; round += 1) {
        await raw.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
        await until(() => gaps >= round && next > 0);
      }
      talking = false;
      await talk;
      raw.disconnect();
      expect(behindAGap).toBe(0);
    });

    it('lets nobody listen anew, and everybody go', async () => {
      await using cache = await openRedisCache({ url: urlOf(), commandMs: 500 }, Date.now);
      const leave = await cache.subscribe(randomUUID(), () => undefined);
      await server.stop();
      const subscribed = cache.subscribe(randomUUID(), () => undefined);
      await expect(subscribed).rejects.toBeInstanceOf(CacheUnavailable);
      await leave();
      await server.start();
    });

    it('forgets who was where, and says so to each gateway that renews', async () => {
      await using cache = await openRedisCache({ url: urlOf() }, Date.now);
      await cache.registry.renew('gateway', { leaseMs: 60_000 });
      await server.stop();
      await server.start();
      await until(async () => (await cache.health()).ok);
      expect(await cache.registry.renew('gateway', { leaseMs: 60_000 })).toBe(false);
    });
  });

  it('cannot be started on without a server: one sentence says what to do', async () => {
    const url = `redis://me:hunter2@127.0.0.1:${await freePort()}`;
    const opened = openRedisCache({ url }, Date.now);
    await expect(opened).rejects.toThrow(/cannot be used \(.*ECONNREFUSED.*PARLEY_CACHE/);
    await expect(openRedisCache({ url }, Date.now)).rejects.not.toThrow('hunter2');
  });

  it('cannot be started on where it may forget keys when it is full', async () => {
    const raw = new Redis(urlOf());
    await raw.config('SET', 'maxmemory', '100mb', 'maxmemory-policy', 'allkeys-lru');
    const opened = openRedisCache({ url: urlOf() }, Date.now);
    await expect(opened).rejects.toThrow(/allkeys-lru.*set maxmemory-policy to noeviction/);
    await raw.config('SET', 'maxmemory-policy', 'noeviction');
    await (await openRedisCache({ url: urlOf() }, Date.now))[Symbol.asyncDispose]();
    await raw.config('SET', 'maxmemory', '0');
    raw.disconnect();
  });

  it.skipIf(missingCertificates())(
    'cannot be started on whose authority nobody knows',
    async () => {
      using certificates = makeCertificates();
      const login = { user: 'parley', password: 'hunter2' };
      const plainPort = await freePort();
      await using secured = await openTestServer(
        securedRedis({ pair: certificates.good, login, plainPort }),
      );
      const opened = openRedisCache(
        { url: `rediss://parley:hunter2@localhost:${secured.port}` },
        Date.now,
      );
      await expect(opened).rejects.toThrow(/authority that we do not know/);
    },
  );

  it('cannot be started on where it is part of a cluster', async () => {
    await using node = await openTestServer({
      ...redisServer,
      command: async (place) => {
        const { args, ...program } = await redisServer.command(place);
        return { ...program, args: [...args, '--cluster-enabled', 'yes'] };
      },
    });
    const opened = openRedisCache({ url: node.option.value }, Date.now);
    await expect(opened).rejects.toThrow(/part of a cluster.*PARLEY_CACHE/);
  });

  it('cannot be started on with a password that is wrong', async () => {
    const raw = new Redis(urlOf());
    await raw.config('SET', 'requirepass', 'the right one');
    const as = (password: string) =>
      openRedisCache(
        { url: `redis://:${encodeURIComponent(password)}@127.0.0.1:${server.port}` },
        Date.now,
      );
    await expect(as('hunter2')).rejects.toThrow(/refuses our login.*PARLEY_CACHE/);
    await (await as('the right one'))[Symbol.asyncDispose]();
    await raw.config('SET', 'requirepass', '');
    raw.disconnect();
  });
});
