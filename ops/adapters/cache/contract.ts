import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Cache } from './port.ts';
import { until } from './testing.ts';

/** A cache that nothing else uses. */
export type Opened = {
  readonly cache: Cache;
  /** Lets time pass for what expires: moves the driver's clock, or waits. */
  pass(ms: number): Promise<void>;
  /** How many times longer it all takes, where time is real: a busy machine must not matter. */
  readonly slowness?: number;
  dispose(): Promise<void>;
};

/** What every driver of the port must do. */
export function cacheContract(name: string, open: () => Promise<Opened>): void {
  describe(`the cache, ${name},`, () => {
    let opened: Opened | null = null;
    const current = (): Opened => {
      if (opened === null) throw new Error('the cache is opened before the first test');
      return opened;
    };
    beforeAll(async () => {
      opened = await open();
    });
    afterAll(() => opened?.dispose());

    valuesContract(current);
    publishingContract(() => current().cache);
    registryContract(current);
  });
}

function valuesContract(opened: () => Opened): void {
  const cache = () => opened().cache;
  const ms = (time: number) => time * (opened().slowness ?? 1);

  it('keeps a value until it expires or is deleted', async () => {
    const [kept, gone] = [randomUUID(), randomUUID()];
    await cache().set(kept, 'עברית 🐈', { expiresInMs: ms(2_000) });
    await cache().set(gone, 'x', { expiresInMs: ms(2_000) });
    await cache().delete(gone);
    expect(await cache().get(kept)).toBe('עברית 🐈');
    expect(await cache().get(gone)).toBeNull();
    await opened().pass(ms(2_100));
    expect(await cache().get(kept)).toBeNull();
  });

  it('lets only one set what is not there, and the next one after it expired', async () => {
    const key = randomUUID();
    const claims = await Promise.all(
      ['a', 'b', 'c'].map((who) => cache().setIfAbsent(key, who, { expiresInMs: ms(1_000) })),
    );
    expect(claims.filter(Boolean)).toHaveLength(1);
    await opened().pass(ms(1_100));
    expect(await cache().setIfAbsent(key, 'd', { expiresInMs: ms(1_000) })).toBe(true);
    expect(await cache().get(key)).toBe('d');
  });

  it('counts in a window that begins with the first and is not prolonged', async () => {
    const key = randomUUID();
    const add = (by: number) => cache().increment(key, by, { expiresInMs: ms(1_000) });
    expect([await add(1), await add(5)]).toEqual([1, 6]);
    await opened().pass(ms(700));
    expect(await add(-2)).toBe(4);
    await opened().pass(ms(400));
    expect(await add(1)).toBe(1);
  });

  it('counts exactly what many add at once', async () => {
    const key = randomUUID();
    const sums = await Promise.all(
      Array.from({ length: 50 }, () => cache().increment(key, 1, { expiresInMs: 60_000 })),
    );
    expect(new Set(sums).size).toBe(50);
    expect(Math.max(...sums)).toBe(50);
  });

  it('keeps hashes, field by field', async () => {
    const key = randomUUID();
    await cache().hashSet(key, 'a', '1');
    await cache().hashSet(key, 'b', '2');
    await cache().hashSet(key, 'a', '3');
    expect(await cache().hashGetAll(key)).toEqual(
      new Map([
        ['a', '3'],
        ['b', '2'],
      ]),
    );
    await cache().hashDelete(key, 'a');
    await cache().hashDelete(key, 'b');
    expect(await cache().hashGetAll(key)).toEqual(new Map());
  });

  it('is healthy', async () => {
    expect(await cache().health()).toEqual({ ok: true });
  });
}

function publishingContract(cache: () => Cache): void {
  it('brings messages to all who listen, in order, and to nobody else', async () => {
    const [channel, other] = [randomUUID(), randomUUID()];
    const heard: string[][] = [[], [], []];
    await cache().subscribe(channel, (message) => heard[0]?.push(message));
    await cache().subscribe(channel, (message) => heard[1]?.push(message));
    await cache().subscribe(other, (message) => heard[2]?.push(message));
    const sent = Array.from({ length: 200 }, (_, at) => `message ${at}`);
    for (const message of sent) await cache().publish(channel, message);
    await until(() => heard[0]?.length === 200 && heard[1]?.length === 200);
    expect(heard).toEqual([sent, sent, []]);
  });

  it('brings nothing from before the subscription, and nothing after its end', async () => {
    const channel = randomUUID();
    await cache().publish(channel, 'too early');
    const heard: string[] = [];
    const leave = await cache().subscribe(channel, (message) => heard.push(message));
    await cache().publish(channel, 'heard');
    await until(() => heard.length > 0);
    await leave();
    await cache().publish(channel, 'too late');
    const after: string[] = [];
    await cache().subscribe(channel, (message) => after.push(message));
    await cache().publish(channel, 'last');
    await until(() => after.includes('last'));
    expect(heard).toEqual(['heard']);
  });

  it('lets a listener that throws hurt nobody', async () => {
    const channel = randomUUID();
    const heard: string[] = [];
    const warned = new Promise((resolve) => process.once('warning', resolve));
    await cache().subscribe(channel, () => {
      throw new Error('planted');
    });
    await cache().subscribe(channel, (message) => heard.push(message));
    await cache().publish(channel, 'one');
    await cache().publish(channel, 'two');
    await until(() => heard.length === 2);
    await warned;
  });

  it('carries long messages', async () => {
    const channel = randomUUID();
    const long = 'é'.repeat(300_000);
    let heard = '';
    await cache().subscribe(channel, (message) => {
      heard = message;
    });
    await cache().publish(channel, long);
    await until(() => heard === long);
  });
}

function registryContract(opened: () => Opened): void {
  const registry = () => opened().cache.registry;
  const ms = (time: number) => time * (opened().slowness ?? 1);
  const leased = async (leaseMs: number): Promise<string> => {
    const gateway = randomUUID();
    await registry().renew(gateway, { leaseMs });
    return gateway;
  };

  it('knows which gateways have somebody in a room', async () => {
    const [one, two] = [await leased(60_000), await leased(60_000)];
    const [both, first, empty] = [randomUUID(), randomUUID(), randomUUID()];
    await registry().enter(one, [both, first]);
    await registry().enter(two, [both]);
    const found = await registry().gatewaysOf([both, first, empty]);
    expect([...(found.get(both) ?? [])].sort()).toEqual([one, two].sort());
    expect([found.get(first), found.get(empty)]).toEqual([[one], []]);
    await registry().leave(one, [both, empty]);
    expect((await registry().gatewaysOf([both])).get(both)).toEqual([two]);
    expect(await registry().gateways()).toEqual(expect.arrayContaining([one, two]));
  });

  it('keeps a gateway for as long as it renews', async () => {
    const gateway = await leased(ms(1_000));
    const room = randomUUID();
    await registry().enter(gateway, [room]);
    await opened().pass(ms(700));
    expect(await registry().renew(gateway, { leaseMs: ms(1_000) })).toBe(true);
    await opened().pass(ms(700));
    expect((await registry().gatewaysOf([room])).get(room)).toEqual([gateway]);
  });

  it('forgets one that does not, with its rooms, and tells it when it comes back', async () => {
    const gateway = await leased(ms(1_000));
    const room = randomUUID();
    await registry().enter(gateway, [room]);
    await opened().pass(ms(1_100));
    expect((await registry().gatewaysOf([room])).get(room)).toEqual([]);
    expect(await registry().gateways()).not.toContain(gateway);
    expect(await registry().renew(gateway, { leaseMs: ms(1_000) })).toBe(false);
    expect((await registry().gatewaysOf([room])).get(room)).toEqual([]);
  });
}
