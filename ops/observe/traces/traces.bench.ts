import { encodeRecord } from '../../../schemas/records/encode.ts';
import { encodeMetadata, traceparentIn } from '../../../schemas/traceparent.ts';
import {
  createGroup,
  eventually,
  openDevice,
  register,
  send,
  startPlatform,
} from '../../journeys/testing.ts';
import { openCollector, traceparentNo } from './testing.ts';

/**
 * What traces cost, in CPU: `npm run bench -- traces`. A message goes over
 * HTTP to a device that hears it, in one process with its client and, where there is one, the
 * collector; rounds take turns, and the least of each counts.
 */
const rounds = 3;
const messages = 200;

measureChecks();
await measureMessages();

async function measureMessages(): Promise<void> {
  await using collector = await openCollector();
  const traced = (PARLEY_TRACES_RATIO: string) => ({
    ...{ PARLEY_TRACES: collector.url, PARLEY_TRACES_RATIO },
  });
  const kinds = [
    ...[
      { name: 'off', options: {} },
      { name: 'off, again', options: {} },
    ],
    ...['0.01', '1'].map((ratio) => ({ name: `ratio ${ratio}`, options: traced(ratio) })),
  ];
  const least = new Map<string, number>();
  for (let round = 0; round < rounds; round += 1) {
    for (const { name, options } of kinds) {
      const spent = await msOfCpuPerMessage(options);
      least.set(name, Math.min(spent, least.get(name) ?? Number.POSITIVE_INFINITY));
    }
  }
  const off = least.get('off') ?? 1;
  for (const [name, ms] of least) {
    console.log(
      `${name}: ${ms.toFixed(3)} ms of CPU a message, ${(ms / off).toFixed(3)} times off`,
    );
  }
}

async function msOfCpuPerMessage(options: Readonly<Record<string, string>>): Promise<number> {
  await using platform = await startPlatform(options);
  const ada = await register(platform.url, 'Ada');
  const bob = await register(platform.url, 'Bob');
  const group = await createGroup(ada, [bob]);
  const device = openDevice(platform.url, bob, bob.cursor);
  const say = async (count: number) => {
    const heard = device.messages.size + count;
    for (let n = 0; n < count; n += 1) await send(ada, group, `message ${n}`);
    await eventually(() => {
      if (device.messages.size < heard) throw new Error('not heard');
    });
  };
  await say(100); // warm
  const before = process.cpuUsage();
  await say(messages);
  const { user, system } = process.cpuUsage(before);
  await device.stop();
  return (user + system) / 1_000 / messages;
}

/** What a message meets on its way where traces are off: four looks at nothing. */
function measureChecks(): void {
  const data = Buffer.from(JSON.stringify({ text: 'x'.repeat(300) }));
  const place = { id: 'i', stream: 'conversation-c', revision: 1, position: 7n, recordedAtMs: 5 };
  const event = { ...place, type: 'message-sent', data };
  const nothing = encodeMetadata(undefined);
  const untraced = { ...event, metadata: nothing };
  const traced = { ...event, metadata: encodeMetadata(traceparentNo(1)) };
  const measured = {
    'look at metadata, none': () => traceparentIn(nothing),
    'write metadata, none': () => encodeMetadata(undefined),
    'record without metadata': () => encodeRecord(event),
    'record, none': () => encodeRecord(untraced),
    'record, traced': () => encodeRecord(traced),
  };
  for (const [name, work] of Object.entries(measured)) {
    console.log(`${name}: ${nsOfCpu(work).toFixed(0)} ns of CPU`);
  }
}

function nsOfCpu(work: () => unknown): number {
  const times = 300_000;
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 5; round += 1) {
    const before = process.cpuUsage();
    for (let n = 0; n < times; n += 1) work();
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, ((user + system) * 1_000) / times);
  }
  return least;
}
