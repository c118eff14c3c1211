import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Fault } from './fault.ts';
import { makeImage, missingImages } from './image.ts';
import { startWhole } from './platform.ts';
import { holdRound } from './round.ts';
import { healthOf } from './status.ts';

const mib = 640;
const fullForMs = 5_000;

/** Not a byte is left on the disk of everything; then there is room again. */
export const diskFull: Fault = {
  name: 'disk-full',
  says: 'the disk of event store, event log and Postgres is filled to the last byte, then freed',
  rounds: 5,
  missing: missingImages,
  run: async (lab) => {
    using image = makeImage({ scratch: lab.scratch, name: 'disk', mib });
    await using subject = await startWhole({ code: lab.code, data: join(image.folder, 'data') });
    for (let round = 1; round <= lab.rounds; round += 1) {
      const told = await holdRound({
        ...{ lab, name: `disk-full-${round}`, place: () => subject },
        rebuild: round === lab.rounds,
        deed: async (recorder) => {
          await pause(800);
          const ballast = join(image.folder, 'ballast');
          const filling = keepFull(ballast);
          await pause(fullForMs);
          const health = await healthOf(subject.urls[0] ?? '');
          filling[Symbol.dispose]();
          rmSync(ballast);
          return { what: 'disk full', atMs: recorder.nowMs(), read: [`health: ${health}`] };
        },
      });
      lab.tell(told);
    }
  },
};

/** Whatever is freed meanwhile is taken again. */
function keepFull(path: string): Disposable {
  const file = openSync(path, 'a');
  const piece = Buffer.alloc(1 << 20);
  const fill = (): void => {
    for (let size = piece.length; size >= 1; ) {
      try {
        writeSync(file, piece, 0, size);
      } catch {
        size >>= 1;
      }
    }
  };
  fill();
  const timer = setInterval(fill, 100);
  return {
    [Symbol.dispose]: () => {
      clearInterval(timer);
      closeSync(file);
    },
  };
}
