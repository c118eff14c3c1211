import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { onAllServers } from './load/deployment.ts';
import type { Device } from './load/device.ts';
import { openDevice } from './load/device.ts';
import { linearFit } from './load/fit.ts';
import type { Somebody } from './load/people.ts';
import { openDirect, registerMany } from './load/people.ts';
import type { Row } from './load/report.ts';
import { report } from './load/report.ts';

// What Redis is asked while devices are connected and say nothing, and for each that comes or goes.
const idlePeople = 40;
const changing = 60; // people who come and go, each with one device
const idleSizes = [100, 400]; // devices
const idleSeconds = 30;
const changeSizes = [15, 30, changing];

/** Commands that change what Redis holds; `publish` keeps nothing. */
const writing = new Set([
  ...['set', 'setex', 'psetex', 'setnx', 'del', 'unlink', 'incr', 'incrby', 'decrby', 'expire'],
  ...['pexpire', 'sadd', 'srem', 'zadd', 'zrem', 'hset', 'hdel'],
]);

type Commands = ReadonlyMap<string, number>;

await onAllServers(async (deployment) => {
  const redis = new Redis(deployment.address('redis'));
  const people = await registerMany(deployment.gateways[0], idlePeople + changing);
  for (const [at, one] of people.entries()) {
    const next = people[at + 1];
    if (next && at % 2 === 0) await openDirect(deployment.gateways[0], one, next);
  }
  const connected: Device[] = [];
  const rows: Row[] = [];
  const idlePerSecond: number[] = [];
  for (const size of idleSizes) {
    await connect(size - connected.length, people.slice(0, idlePeople));
    const idle = await commandsDuring(redis, () => pause(idleSeconds * 1_000));
    idlePerSecond.push(sumOf(idle, isWrite) / idleSeconds);
    rows.push(...idleRows(size, idle));
  }
  const [few = 0, many = 0] = idlePerSecond;
  const perDevice = (many - few) / ((idleSizes[1] ?? 0) - (idleSizes[0] ?? 0));
  const came: (readonly [number, number])[] = [];
  const left: (readonly [number, number])[] = [];
  for (const size of changeSizes) {
    const coming = await commandsDuring(redis, () => connect(size, people.slice(idlePeople)));
    const leaving = await commandsDuring(redis, async () => {
      for (const { socket } of connected.splice(-size)) socket.close();
      await pause(3_000); // until the last has been seen to leave
    });
    came.push([size, sumOf(coming, isWrite)]);
    left.push([size, sumOf(leaving, isWrite)]);
    console.log(`  ${size} came: ${came.at(-1)?.[1]} writes, and left: ${left.at(-1)?.[1]}`);
  }
  await redis.quit();
  const [coming, leaving] = [linearFit(came), linearFit(left)];
  report('presence-writes', {
    title: 'Writes of the registry in Redis',
    note:
      `${idlePeople} people with several devices each at two gateways are idle, ${changing} more ` +
      'come and go with one each; from INFO commandstats; leases renew every third of their time ' +
      'and are counted apart',
    rows: [
      {
        ...{ what: 'writes a second for each idle device more', value: Math.max(0, perDevice) },
        ...{ unit: '/s', must: 0.001 },
      },
      ...rows,
      { what: 'writes for a device that comes', value: coming.slope, unit: '' },
      { what: 'fit of that to a line', value: coming.r2, unit: '', must: 0.95, atLeast: true },
      { what: 'writes for a device that leaves', value: leaving.slope, unit: '' },
      { what: 'fit of that to a line', value: leaving.r2, unit: '', must: 0.95, atLeast: true },
    ],
    curves: [
      {
        title: 'Writes in Redis by devices that come and go',
        ...{ x: { label: 'devices' }, y: { label: 'writes' } },
        series: [
          { name: 'they come', points: came },
          { name: 'they leave', points: left },
        ],
      },
    ],
  });

  async function connect(count: number, whose: readonly Somebody[]): Promise<void> {
    for (let left = count; left > 0; left -= 1) {
      const at = connected.length; // nobody has more devices than she may
      const somebody = whose[at % whose.length] as Somebody;
      connected.push(await openDevice(deployment.gateways[at % 2] ?? '', somebody));
    }
  }
});
process.exit(0);

function idleRows(size: number, idle: Commands): readonly Row[] {
  const perSecond = (count: number) => count / idleSeconds;
  return [
    {
      ...{ what: `${size} idle devices: writes beside leases`, unit: '/s', must: 0 },
      value: perSecond(sumOf(idle, isWrite) - (idle.get('zadd') ?? 0)),
    },
    {
      ...{ what: `${size} idle devices: leases renewed`, unit: '/s' },
      value: perSecond(idle.get('zadd') ?? 0),
    },
    ...[...idle]
      .filter(([name]) => !isWrite(name) && !/^(info|time|ping)$/.test(name))
      .map(([name, count]) => ({
        ...{ what: `${size} idle devices: ${name}`, value: perSecond(count), unit: '/s' },
      })),
  ];
}

async function commandsDuring(redis: Redis, work: () => Promise<void>): Promise<Commands> {
  const before = await commandsOf(redis);
  await work();
  const after = await commandsOf(redis);
  const spent = [...after].map(([name, all]) => [name, all - (before.get(name) ?? 0)] as const);
  return new Map(spent.filter(([, count]) => count > 0));
}

async function commandsOf(redis: Redis): Promise<Commands> {
  const stats = await redis.info('commandstats');
  return new Map(
    [...stats.matchAll(/^cmdstat_([^:]+):calls=(\d+)/gm)].map(([, name = '', calls]) => [
      name,
      Number(calls),
    ]),
  );
}

function isWrite(name: string): boolean {
  return writing.has(name);
}

function sumOf(commands: Commands, counts: (name: string) => boolean): number {
  return [...commands].reduce((sum, [name, calls]) => sum + (counts(name) ? calls : 0), 0);
}
