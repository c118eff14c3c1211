import { setTimeout as pause } from 'node:timers/promises';
import { openDevice } from './load/device.ts';
import type { Point } from './load/fit.ts';
import { linearFit } from './load/fit.ts';
import { measured } from './load/measured.ts';
import { pinLoad, startSubject } from './load/platform.ts';
import { quietness, report } from './load/report.ts';
import { copiedWorld } from './seed/world.ts';

// 5,000 subscribed devices of 1,000 people who say nothing: what each of them takes.
const steps = [500, 1_000, 2_000, 3_000, 4_000, 5_000];
const idleSeconds = 20;

const pinned = pinLoad();
using world = copiedWorld('people');
await using subject = await startSubject({ folder: world.folder, inspected: true });
const close: (() => void)[] = [];
await connect(200); // what the first ones load is not theirs
for (const leave of close.splice(0)) leave();
await pause(1_000);

const none = await memory();
const asItStands: Point[] = [];
const collected: Point[] = [[0, none.collected]];
for (const count of steps) {
  await connect(count - close.length);
  await pause(2_000);
  const { standing, collected: after } = await memory();
  asItStands.push([count, standing]);
  collected.push([count, after]);
  console.log(`  ${count}: ${mib(standing)} MiB, ${mib(after)} MiB after a collection`);
}
const most = steps.at(-1) ?? 0;
const idle = await measured(subject, () => pause(idleSeconds * 1_000));
const whole = asItStands.at(-1)?.[1] ?? 0;
const perSocket = linearFit(collected).slope;
report('idle-sockets', {
  title: '5,000 subscribed devices that are silent',
  note:
    'proportional set size of all processes of the platform, less what it was without a device ' +
    'after a garbage collection; ' +
    `idle for ${idleSeconds} s; no timer of their own is counted by ` +
    `api/live/fan-out.int.spec.ts; ${pinned}`,
  rows: [
    {
      ...{ what: 'memory a device, as it stands', value: (whole - none.collected) / most / 1_024 },
      ...{ unit: 'KiB', must: 16, aim: 8, peer: 48.6 },
    },
    {
      ...{ what: 'memory a device, after a garbage collection', value: perSocket / 1_024 },
      ...{ unit: 'KiB', must: 16, aim: 8, peer: 48.6 },
    },
    {
      ...{
        what: 'CPU while idle',
        value: (idle.cpuSeconds / idle.seconds) * 100,
        unit: '% of a core',
      },
      must: 1,
    },
    { what: 'statements a second while idle', value: per(idle.counted.statements), unit: '' },
    { what: 'events read a second while idle', value: per(idle.counted.eventsRead), unit: '' },
    { what: 'memory without devices', value: none.collected / 2 ** 20, unit: 'MiB' },
    ...quietness(idle),
  ],
  curves: [
    {
      title: 'Memory by subscribed devices',
      x: { label: 'devices' },
      y: { label: 'MiB' },
      series: [
        { name: 'as it stands', points: asItStands.map(([x, y]) => [x, y / 2 ** 20]) },
        { name: 'after a collection', points: collected.map(([x, y]) => [x, y / 2 ** 20]) },
      ],
    },
  ],
});
for (const leave of close) leave();

function per(count = 0): number {
  return count / idle.seconds;
}

async function connect(count: number): Promise<void> {
  for (let from = 0; from < count; from += 50) {
    const some = Array.from({ length: Math.min(50, count - from) }, async () => {
      const somebody = world.people[close.length % world.people.length];
      close.push(() => undefined); // its place, before others look for theirs
      const place = close.length - 1;
      if (!somebody) throw new Error('the world has no people');
      const { socket } = await openDevice(subject.url, somebody);
      close[place] = () => socket.close();
    });
    await Promise.all(some);
  }
}

async function memory() {
  const standing = subject.usage().bytes;
  await subject.inspector?.collectGarbage();
  await pause(300);
  return { standing, collected: subject.usage().bytes };
}

function mib(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(1);
}
