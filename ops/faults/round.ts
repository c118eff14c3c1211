import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Somebody } from '../bench/load/people.ts';
import { registerMany } from '../bench/load/people.ts';
import type { Lab, Round } from './fault.ts';
import { judge } from './judge.ts';
import type { Subject } from './platform.ts';
import type { Device } from './recorder/device.ts';
import { openDevice } from './recorder/device.ts';
import type { Ended } from './recorder/final-reads.ts';
import { readFinally, writeTruth } from './recorder/final-reads.ts';
import type { Recorder } from './recorder/recorder.ts';
import { openRecorder } from './recorder/recorder.ts';
import { makeRooms, talk } from './recorder/talk.ts';
import { isCaughtUp, standingOf } from './status.ts';

/** Where the platform of a round stands; a fault may put another in its place. */
export type Place = Pick<Subject, 'urls' | 'folder' | 'machines' | 'takeDefects'>;

/** What a fault did, in words, and from when on recovery counts; null: nothing to recover from. */
export type Deed = {
  readonly what: string;
  readonly atMs: number | null; // by the recorder's clock
  readonly read?: readonly string[] | undefined;
  readonly broken?: readonly string[] | undefined; // what it saw itself that must not be
};

export type RoundOptions = {
  readonly lab: Lab;
  readonly name: string; // of the history's file
  readonly devicesEach?: number | undefined; // 2 unless told
  readonly place: () => Place;
  readonly rebuild: boolean; // compare read models built anew with those in use
  /** Does its worst while people talk, and leaves the platform so that it can recover. */
  readonly deed: (recorder: Recorder, devices: readonly Device[]) => Promise<Deed>;
  /** So much longer than usual it may take after the deed until nobody is behind; ms. */
  readonly caughtUpWithinMs?: number | undefined;
  /** What else must hold once everything is quiet; answers with what does not. */
  readonly afterwards?: ((ended: Ended) => Promise<readonly string[]>) | undefined;
};

const peopleInARound = 5; // fresh ones, so that a history begins with them
const recoversWithinMs = 60_000;
const talksOnMs = 700;

/** People talk, the deed is done, they talk on until all is well, and the laws are checked. */
export async function holdRound(options: RoundOptions): Promise<Round> {
  const { lab, name, place, deed, rebuild } = options;
  const path = join(lab.scratch, `${name}.ndjson`);
  const recorder = openRecorder(path);
  const after = (await standingOf(place().urls[0] ?? ''))?.head ?? 0n;
  place().takeDefects(); // those before are not of this round
  const people = await registerMany(place().urls[0] ?? '', peopleInARound);
  const devices = await openDevices(options, people, recorder);
  const over = new AbortController();
  try {
    const rooms = await makeRooms(devices, place().urls[0] ?? '');
    const talking = devices.map((device) => talk(device, rooms, over.signal));
    const usualMs = await usual(options, recorder);
    const { what, atMs, read = [], broken: seen = [] } = await deed(recorder, devices);
    const recovery = atMs === null ? null : await recovered(recorder, place, atMs);
    await pause(talksOnMs);
    over.abort();
    const isBack = recovery === null || recovery.firstAnswerMs !== null;
    const scope = { recorder, devices, rooms, after, code: lab.code, ...where(place()) };
    if (isBack) await Promise.all(talking);
    const lost = isBack ? await readFinally(scope, { rebuild }) : await writeTruth(scope);
    const missed = isBack && options.afterwards ? await options.afterwards(scope) : [];
    await Promise.all(devices.map((device) => device.stop()));
    recorder.close();
    const broken = await judge(path, { finals: isBack, rebuilt: rebuild });
    const defects = new Set(place().takeDefects());
    const violations = [
      ...(lost > 0
        ? [`${lost} of ${recorder.acknowledged.size} acknowledged messages are lost`]
        : []),
      ...(isBack ? [] : ['nobody was answered again']),
      ...lateIn(options, { usualMs, caughtUpMs: recovery?.caughtUpMs }),
      ...seen,
      ...missed,
      ...broken,
      ...defects,
    ];
    if (violations.length === 0) rmSync(path);
    const counts = { acknowledged: recorder.acknowledged.size, operations: recorder.operations() };
    return {
      ...{ what, violations, ...counts, read: [...read, ...sentencesOf(recorder)] },
      ...(recovery && { recovery }),
    };
  } finally {
    over.abort();
    await Promise.all(devices.map((device) => device.stop()));
    recorder.close();
  }
}

function where({ urls, folder, machines }: Place) {
  return { url: urls[0] ?? '', folder, machines };
}

/** How long until nobody is behind for a moment, while people talk and nothing is wrong. */
async function usual({ caughtUpWithinMs, place }: RoundOptions, recorder: Recorder) {
  if (caughtUpWithinMs === undefined) return 0;
  return (await recovered(recorder, place, recorder.nowMs())).caughtUpMs ?? 0;
}

function lateIn(
  { caughtUpWithinMs }: RoundOptions,
  {
    usualMs,
    caughtUpMs,
  }: { readonly usualMs: number; readonly caughtUpMs: number | null | undefined },
): readonly string[] {
  if (caughtUpWithinMs === undefined || caughtUpMs === undefined) return [];
  const withinMs = Math.round(caughtUpWithinMs + usualMs);
  if (caughtUpMs !== null && caughtUpMs <= withinMs) return [];
  const took = caughtUpMs === null ? 'it never was' : `it took ${Math.round(caughtUpMs)} ms`;
  return [`after healing, lag is normal within ${withinMs} ms: ${took}`];
}

/** Devices of one person go to different APIs, where there are several. */
function openDevices(
  { place, devicesEach = 2 }: RoundOptions,
  people: readonly Somebody[],
  recorder: Recorder,
) {
  const opened = people.flatMap((who, at) =>
    Array.from({ length: devicesEach }, (_, nth): Promise<Device> => {
      const url = (): string => {
        const { urls } = place();
        return urls[(at + nth) % urls.length] ?? '';
      };
      return openDevice({ recorder, url, who, session: `${who.id}/${nth + 1}` });
    }),
  );
  return Promise.all(opened);
}

async function recovered(recorder: Recorder, place: () => Place, atMs: number) {
  const until = performance.now() + recoversWithinMs;
  let headBefore: bigint | null = null;
  let caughtUpMs: number | null = null;
  while (performance.now() < until) {
    const standing = await standingOf(place().urls[0] ?? '');
    if (standing) headBefore ??= standing.head;
    const isPast = standing !== null && standing.head > (headBefore ?? 0n);
    if (caughtUpMs === null && isPast && isCaughtUp(standing)) caughtUpMs = recorder.nowMs() - atMs;
    if (caughtUpMs !== null && recorder.firstAcknowledgedMs(atMs) !== null) break;
    await pause(20);
  }
  return { firstAnswerMs: recorder.firstAcknowledgedMs(atMs), caughtUpMs };
}

function sentencesOf({ sentences }: Recorder): readonly string[] {
  return [...sentences].map(([said, count]) => `${count} × ${said}`);
}
