import { spawn } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { projections } from '../../../projections/all.ts';
import type { Somebody } from '../../bench/load/people.ts';
import type { FinalRebuild, SeenMessage } from '../../simulate/history.ts';
import { isCaughtUp, standingOf } from '../status.ts';
import { carryOut } from './asking.ts';
import type { Device } from './device.ts';
import type { Recorder } from './recorder.ts';
import type { Rooms } from './talk.ts';
import { readTruth } from './truth.ts';

/** What the final reads are made of. */
export type Ended = {
  readonly recorder: Recorder;
  readonly devices: readonly Device[];
  readonly rooms: Rooms;
  readonly url: string;
  readonly folder: string; // the platform's data
  readonly machines?: Readonly<Record<string, string>> | undefined; // where they are servers
  readonly code: string; // folder of the code that runs
  readonly after: bigint; // the head of the log before the round
};

const settlesWithinMs = 60_000;
const restMs = 300; // so long without a frame is quiet

/**
 * Waits until everything was passed on, then writes down what stands in every place. Answers with
 * how many acknowledged messages are lost.
 */
export async function readFinally(
  ended: Ended,
  { rebuild }: { readonly rebuild: boolean },
): Promise<number> {
  const { recorder, devices, rooms, url } = ended;
  recorder.write({ line: 'faults-healed' });
  const healedMs = recorder.nowMs();
  await settle(ended, healedMs);
  for (const device of devices) await untilFilled(device);
  const conversations = [rooms.direct, rooms.group, rooms.closed, rooms.channel];
  const people = [...new Map(devices.map(({ who }) => [who.id, who])).values()];
  for (const who of people) {
    for (const conversation of conversations) {
      const messages = await readWhole(url, who, conversation);
      if (messages === null) continue;
      const base = { person: who.id, session: null, conversation };
      recorder.write({ line: 'timeline', ...base, messages });
    }
    const { inbox = [] } = await carryOut({ url, who, asked: { do: 'read-inbox', atLeast: null } });
    const rows = inbox.filter(({ conversation }) => conversations.includes(conversation));
    const hers = devices.filter((device) => device.who.id === who.id);
    const sessions = hers.map(({ session }) => session);
    recorder.write({ line: 'inbox', person: who.id, rows, devices: sessions });
  }
  for (const { who, session, holdings } of devices) {
    for (const conversation of holdings.conversations()) {
      if (!holdings.isMember(conversation) || !conversations.includes(conversation)) continue;
      const messages = holdings.messages(conversation);
      const held = { person: who.id, session, conversation, messages, whole: true };
      recorder.write({ line: 'device', ...held });
    }
  }
  const lost = await writeTruth(ended);
  if (rebuild) for (const line of await rebuildAll(ended)) recorder.write(line);
  return lost;
}

/**
 * The log itself, which can be read also where the platform does not come back. Answers with how
 * many messages it lacks of those that were acknowledged.
 */
export async function writeTruth({ recorder, rooms, after, ...at }: Ended): Promise<number> {
  const { direct, group, closed, channel } = rooms;
  const conversations = new Set([direct, group, closed, channel]);
  const lost = new Set(recorder.acknowledged);
  for (const line of await readTruth(at, { conversations, after })) {
    recorder.write(line);
    if (line.event.kind === 'sent') lost.delete(line.event.message);
  }
  return lost.size;
}

/** Quiet: nobody is behind, every device is connected and nothing arrives any more. */
async function settle({ recorder, devices, url }: Ended, healedMs: number): Promise<void> {
  const until = healedMs + settlesWithinMs;
  const isQuiet = (): boolean => {
    const nowMs = performance.now();
    return devices.every((device) => device.settled() && nowMs - device.lastFrameMs() > restMs);
  };
  let standing = await standingOf(url);
  while (!(isCaughtUp(standing) && isQuiet()) && performance.now() < until) {
    await pause(50);
    standing = await standingOf(url);
  }
  const sinceHealedMs = recorder.nowMs() - healedMs;
  const lag = (consumer: string, events: number): void =>
    recorder.write({ line: 'lag', consumer, events, sinceHealedMs });
  lag('read models', standing?.readModelsBehind ?? Number.MAX_SAFE_INTEGER);
  lag('courier', standing?.courierBehind ?? Number.MAX_SAFE_INTEGER);
}

async function untilFilled(device: Device): Promise<void> {
  for (let tries = 0; tries < 10 && !(await device.fill()); tries += 1) await pause(200);
}

/** Page by page; null for one who may see nothing of it. */
async function readWhole(
  url: string,
  who: Somebody,
  conversation: string,
): Promise<readonly SeenMessage[] | null> {
  const asked = { do: 'read-page', conversation, atLeast: null } as const;
  let messages: readonly SeenMessage[] = [];
  for (let before: string | null = null; ; ) {
    const reply = await carryOut({ url, who, asked, before });
    if (reply.code === 'NOT_VISIBLE') return null;
    if (!reply.page) throw new Error(`the last read failed: ${reply.said ?? 'no answer'}`);
    messages = [...reply.page.messages, ...messages];
    before = reply.next ?? null;
    if (before === null) return messages;
  }
}

/** Every read model built anew by its script, and compared row for row with the one in use. */
async function rebuildAll({ folder, machines, code }: Ended): Promise<readonly FinalRebuild[]> {
  const lines: FinalRebuild[] = [];
  for (const { name: projection } of projections) {
    const said = await runScript(code, ['ops/rebuild.ts', projection, '--keep-on-difference'], {
      PARLEY_DATA: folder,
      ...machines,
    });
    const rows = [...said.matchAll(/: (\d+) rows, equal/g)].map(([, count]) => Number(count));
    const differing = [...said.matchAll(/^.*DIFFERS.*(?:\n {4}.*)*/gm)].map(([text]) =>
      text.trim(),
    );
    const judged = rows.length + differing.length > 0;
    const unjudged = judged ? [] : [`the rebuild did not end: ${said.trim().slice(-300)}`];
    const total = rows.reduce((sum, count) => sum + count, 0);
    lines.push({
      line: 'rebuild',
      projection,
      rows: total,
      differing: [...differing, ...unjudged],
    });
  }
  return lines;
}

/** Runs one of the platform's scripts as a user does; answers with all it said. */
export function runScript(
  code: string,
  script: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<string> {
  const child = spawn(process.execPath, ['ops/launch.cjs', ...script], {
    cwd: code,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  const hear = (text: Buffer): void => {
    said += String(text);
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  return new Promise((resolve) => child.once('close', () => resolve(said)));
}
