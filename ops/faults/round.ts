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
import { readFinally } from './recorder/final-reads.ts';
import type { Recorder } from './recorder/recorder.ts';
import { openRecorder } from './recorder/recorder.ts';
import { makeRooms, talk } from './recorder/talk.ts';
import { isCaughtUp, standingOf } from './status.ts';

/** Where the platform of a round stands; a fault may put another in its place. */
export type Place = Pick<Subject, 'urls' | 'folder' | 'defects'>;

/** What a fault did, in words, and from when on recovery counts; null: nothing to recover from. */
export type Deed = {
  readonly what: string;
  readonly atMs: number | null; // by the recorder's clock
  readonly read?: readonly string[] | undefined;
};

export type RoundOptions = {
  readonly lab: Lab;
  readonly name: string; // of the history's file
  readonly devicesEach?: number | undefined; // 2 unless told
  readonly place: () => Place;
  readonly rebuild: boolean; // compare read models built anew with those in use
  /** Does its worst while people talk, and leaves the platform so that it can recover. */
  readonly deed: (recorder: Recorder) => Promise<Deed>;
};

const peopleInARound = 5; // fresh ones, so that a history begins with them
const recoversWithinMs = 60_000;
const talksOnMs = 700;

/**
 * People talk, the deed is done, they talk on until all is well again, and the laws are checked.
 */
export async function holdRound(options: RoundOptions): Promise<Round> {
  const { lab, name, place, deed } = options;
  const path = join(lab.scratch, `${name}.ndjson`);
  const recorder = openRecorder(path);
  const after = (await standingOf(place().urls[0] ?? ''))?.head ?? 0n;
  const defectsBefore = place().defects().length;
  const people = await registerMany(place().urls[0] ?? '', peopleInARound);
  const devices = await openDevices(options, people, recorder);
  try {
    const rooms = await makeRooms(devices, place().urls[0] ?? '');
    const over = new AbortController();
    const talking = devices.map((device) => talk(device, rooms, over.signal));
    const done = await deed(recorder);
    const recovery = done.atMs === null ? null : await recovered(recorder, place, done.atMs);
    await pause(talksOnMs);
    over.abort();
    const back = recovery === null || recovery.firstAnswerMs !== null;
    if (!back) throw new Error(`nobody was answered within a minute after: ${done.what}`);
    await Promise.all(talking);
    const { urls, folder } = place();
    await readFinally(
      { ...{ recorder, devices, rooms, folder, after }, url: urls[0] ?? '', tree: lab.code },
      { rebuild: options.rebuild },
    );
    await Promise.all(devices.map((device) => device.stop()));
    recorder.close();
    const defects = new Set(place().defects().slice(defectsBefore));
    const violations = [...(await judge(path, { rebuilt: options.rebuild })), ...defects];
    if (violations.length === 0) rmSync(path);
    return {
      ...{ what: done.what, violations },
      ...{ acknowledged: recorder.acknowledged(), operations: recorder.operations() },
      ...(recovery && { recovery }),
      read: [...(done.read ?? []), ...sentencesOf(recorder)],
    };
  } finally {
    await Promise.all(devices.map((device) => device.stop()));
  }
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
