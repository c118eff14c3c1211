import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Fault } from './fault.ts';
import { startWhole } from './platform.ts';
import { holdRound } from './round.ts';

const libraries = [
  '/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1',
  '/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1',
];
const library = libraries.find(existsSync);

/** Seconds ahead of the true time; people's own clocks go right throughout. */
const jumps = [-540, 3_600, 0, 540];

/**
 * A jump ahead ends the gateway's lease, and couriers pass it by until it is renewed: after a third
 * of its 15 s. What its devices missed they are sent when they resume then.
 */
const noticedWithinMs = 6_000;

/** The wall clock of the platform and its Postgres jumps while they run; monotonic time goes on. */
export const clockJump: Fault = {
  name: 'clock-jump',
  says: 'the clock of the platform and its Postgres jumps by minutes and by an hour, both ways',
  rounds: 4,
  missing: () => (library ? null : 'libfaketime is not installed (apt: faketime)'),
  run: async (lab) => {
    const clock = join(lab.scratch, 'clock');
    const setClock = (ahead: number): void =>
      writeFileSync(clock, `${ahead < 0 ? '' : '+'}${ahead}`);
    setClock(0);
    await using subject = await startWhole({
      code: lab.code,
      environment: {
        LD_PRELOAD: library ?? '',
        FAKETIME_TIMESTAMP_FILE: clock,
        FAKETIME_NO_CACHE: '1',
        FAKETIME_DONT_FAKE_MONOTONIC: '1',
      },
    });
    for (let round = 1; round <= lab.rounds; round += 1) {
      const ahead = jumps[(round - 1) % jumps.length] ?? 0;
      const told = await holdRound({
        ...{ lab, name: `clock-jump-${round}`, place: () => subject },
        rebuild: round === lab.rounds,
        deed: async (recorder) => {
          await pause(800);
          setClock(ahead);
          const atMs = recorder.nowMs();
          await pause(noticedWithinMs);
          return { what: `clock ${ahead} s ahead`, atMs };
        },
      });
      lab.tell(told);
    }
  },
};
