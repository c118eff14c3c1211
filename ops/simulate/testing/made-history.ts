import type { Asked, HistoryLine } from '../history.ts';
import type { Random } from '../random.ts';
import { openRandom } from '../random.ts';
import { pick } from './made-asking.ts';
import type { MadeDevice, MadeOperation } from './made-devices.ts';
import { audienceOf, frameFor, reconnected } from './made-devices.ts';
import { finalsOf } from './made-finals.ts';
import type { MadePlatform } from './made-platform.ts';
import { openMadePlatform } from './made-platform.ts';

export type MadeOptions = {
  readonly seed: string;
  readonly operations: number; // at least so many are asked, and their retries
  readonly watching?: number; // which share of devices subscribes to events; 1
  readonly readers?: number; // people whose finals are told; all
};

/** Where the making is. */
export type Making = {
  readonly random: Random;
  readonly platform: MadePlatform;
  readonly devices: readonly MadeDevice[];
  readonly people: readonly string[];
  readonly open: MadeOperation[];
  readonly late: { readonly person: string; readonly asked: Asked }[]; // happen unheard, later
  readonly out: HistoryLine[];
  nowMs: number;
  isHealed: boolean;
  ops: number;
  messages: number;
};

/**
 * A history in which every law holds, as a recorder would have written it: people with several
 * devices who talk at the same time, lose answers and try again, come and go, are cut off and
 * resume. The same options make the same history.
 */
export function* madeHistory(options: MadeOptions): Generator<HistoryLine> {
  const making = openMaking(options);
  for (const device of making.devices) if (device.isWatching) connect(making, device);
  while (making.ops < options.operations) {
    step(making);
    yield* drained(making);
  }
  making.isHealed = true;
  making.out.push({ line: 'faults-healed', atMs: making.nowMs });
  while (comeToRest(making)) yield* drained(making);
  yield* drained(making);
  yield* finalsOf(making, options.readers ?? Number.POSITIVE_INFINITY);
}

function openMaking({ seed, operations, watching = 1 }: MadeOptions): Making {
  const random = openRandom(seed);
  const count = Math.max(5, Math.ceil(operations / 400));
  const people = Array.from({ length: count }, (_, at) => `p${at + 1}`);
  const devices = people.flatMap((person) =>
    Array.from({ length: 1 + random.below(3) }, (_, at) => ({
      ...{ person, session: `${person}-${at + 1}`, isWatching: random.chance(watching) },
      ...{ waiting: [], isConnected: false, newest: null, doing: null, retry: null, written: null },
    })),
  );
  const byPerson = Map.groupBy<string, MadeDevice>(devices, ({ person }) => person);
  const platform = openMadePlatform((made) => {
    const conversation = platform.conversations.get(made.line.conversation);
    for (const person of conversation ? audienceOf(conversation, made) : []) {
      for (const device of byPerson.get(person) ?? []) {
        if (device.isWatching) device.waiting.push(made);
      }
    }
  });
  const counters = { nowMs: 0, isHealed: false, ops: 0, messages: 0 };
  return { random, platform, devices, people, open: [], late: [], out: [], ...counters };
}

function* drained({ out }: Making): Generator<HistoryLine> {
  yield* out;
  out.length = 0;
}

function step(making: Making): void {
  const { random, platform, devices, late, open } = making;
  making.nowMs += random.next();
  const device = random.pick(devices);
  const dice = random.next();
  if (dice < 0.4 && device.doing === null) ask(making, device);
  else if (dice < 0.85) goOn(making, random.below(open.length));
  else if (dice < 0.86 && device.isConnected) cut(making, device);
  else if (dice < 0.9 && device.isWatching && !device.isConnected) connect(making, device);
  const listener = random.pick(devices);
  for (let left = random.below(40); left > 0 && listener.isConnected; left -= 1) {
    deliver(making, listener);
  }
  platform.project(random.below(3));
  const unheard = late.length > 0 && random.chance(0.1) ? late.shift() : undefined;
  if (unheard) platform.ask(unheard.person, unheard.asked);
}

/** One step towards the end, when nothing new is asked; false: everything has come to rest. */
function comeToRest(making: Making): boolean {
  const { devices, open, late, platform, random } = making;
  making.nowMs += random.next();
  for (const device of devices) {
    if (device.retry !== null && device.doing === null) ask(making, device);
  }
  for (const { person, asked } of late.splice(0)) platform.ask(person, asked);
  if (open.length > 0) {
    goOn(making, 0);
    return true;
  }
  platform.project(Number.POSITIVE_INFINITY);
  for (const device of devices) {
    if (device.isWatching && !device.isConnected) connect(making, device);
    while (device.isConnected && device.waiting.length > 0) deliver(making, device);
  }
  return false;
}

function ask(making: Making, device: MadeDevice): void {
  const { person, session } = device;
  const asked = device.retry ?? pick(making, device);
  making.ops += 1;
  const isLost = !making.isHealed && making.random.chance(0.03);
  const operation = { op: making.ops, device, asked, isLost, outcome: null };
  device.doing = operation;
  making.open.push(operation);
  const { nowMs: atMs } = making;
  making.out.push({ line: 'invoked', op: operation.op, atMs, person, session, asked });
}

/** First it happens, or is lost on its way; then its answer arrives, or is lost. */
function goOn(making: Making, at: number): void {
  const { open, platform, random, late, out } = making;
  const operation = open[at];
  if (operation === undefined) return;
  const { device, asked, op, isLost } = operation;
  if (operation.outcome === null) {
    operation.outcome = isLost ? { outcome: 'unknown' } : platform.ask(device.person, asked);
    if (isLost && random.chance(0.6)) late.push({ person: device.person, asked });
    return;
  }
  open[at] = open.at(-1) ?? operation;
  open.pop();
  device.doing = null;
  device.retry = isLost && asked.do === 'send' ? asked : null;
  const { position = null } = operation.outcome;
  if (position !== null) device.written = later(position, device.written);
  out.push({ line: 'answered', op, atMs: making.nowMs, ...operation.outcome });
}

function deliver(making: Making, device: MadeDevice): void {
  const made = device.waiting.shift();
  const conversation = made && making.platform.conversations.get(made.line.conversation);
  if (!made || !conversation) return;
  const frame = frameFor(device, { made, conversation, atMs: making.nowMs });
  if (frame === null) return;
  device.newest = made;
  device.written = later(made.line.position, device.written);
  making.out.push(frame);
}

function connect({ out, nowMs }: Making, device: MadeDevice): void {
  out.push(reconnected(device, nowMs));
}

function cut({ out, nowMs: atMs }: Making, device: MadeDevice): void {
  const { person, session, newest } = device;
  device.isConnected = false;
  const cursor = newest?.line.position ?? null;
  out.push({ line: 'cut', atMs, person, session, cursor });
}

function later(one: string, other: string | null): string {
  return other !== null && Number(other) > Number(one) ? other : one;
}
