import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Fault, Lab } from './fault.ts';
import type { Image } from './image.ts';
import { makeImage, missingImages } from './image.ts';
import type { Subject } from './platform.ts';
import { processesOf, signalAll, startWhole } from './platform.ts';
import { holdRound } from './round.ts';

const mib = 1_024;

/**
 * Everything stands still, the bytes that have reached the disk are copied as they are, and the
 * platform goes on from the copy. Whatever was only in the kernel's memory is gone, as when the
 * power fails. Nothing is ever flushed by us: the first round begins on a fresh disk.
 */
export const powerCut: Fault = {
  name: 'power-cut',
  says: 'frozen, its disk copied as far as it was flushed, and started again from the copy',
  rounds: 50,
  missing: missingImages,
  run: async (lab) => {
    const { scratch } = lab;
    const name = (round: number) => `disk-${round}`;
    let image = makeImage({ scratch, mib, name: name(0) });
    let subject = await startOn(image, lab);
    try {
      for (let round = 1; round <= lab.rounds; round += 1) {
        const told = await holdRound({
          ...{ lab, name: `power-cut-${round}`, place: () => subject },
          rebuild: round === lab.rounds,
          deed: async (recorder) => {
            await pause(200 + Math.random() * 1_500);
            const atMs = recorder.nowMs();
            const next = await cut(subject, image, name(round));
            image = next;
            subject = await startOn(image, lab);
            return { what: 'power cut', atMs };
          },
        });
        lab.tell(told);
      }
    } finally {
      await subject[Symbol.asyncDispose]();
      image[Symbol.dispose]();
    }
  },
};

/** Frozen as one, copied, and never thawed: the machine is gone. */
async function cut(subject: Subject, image: Image, name: string): Promise<Image> {
  const pids = processesOf(subject);
  signalAll(pids, 'SIGSTOP');
  const next = image.copy(name);
  signalAll(pids, 'SIGKILL');
  await subject[Symbol.asyncDispose]();
  image[Symbol.dispose]();
  return next;
}

/** A machine that starts anew has no process by the number in a file of its last life. */
function startOn(image: Image, { code }: Lab): Promise<Subject> {
  const data = join(image.folder, 'data');
  const stale = join(data, 'postgres/data/postmaster.pid');
  if (existsSync(stale)) rmSync(stale);
  return startWhole({ code, data });
}
