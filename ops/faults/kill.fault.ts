import { setTimeout as pause } from 'node:timers/promises';
import type { Program } from '../journeys/process-tree.ts';
import type { Fault, Lab } from './fault.ts';
import type { Subject } from './platform.ts';
import { postgresOf, signalAll, startApart, startWhole } from './platform.ts';
import { holdRound } from './round.ts';

/** SIGKILL at a random moment under load, of everything in one process and of each by itself. */
export const kill: Fault = {
  name: 'kill',
  says: 'SIGKILL at a random moment: of the whole process, of Postgres, of each program apart',
  rounds: 50,
  missing: () => null,
  run: async (lab) => {
    const whole = Math.ceil(lab.rounds / 2);
    await killAround(lab, { from: 0, to: whole }, startWhole);
    if (lab.rounds > whole) await killAround(lab, { from: whole, to: lab.rounds }, startApart);
  },
};

type Span = { readonly from: number; readonly to: number };
type Victim = { readonly name: string; kill(): Promise<void>; revive(): Promise<void> };

/** One platform for all its rounds: what a kill left behind, the next one meets. */
async function killAround(
  lab: Lab,
  { from, to }: Span,
  start: (options: { readonly code: string }) => Promise<Subject>,
): Promise<void> {
  await using subject = await start({ code: lab.code });
  const victims = victimsOf(subject);
  for (let round = from; round < to; round += 1) {
    const victim = victims[(round - from) % victims.length];
    if (!victim) throw new Error('there is nothing to kill');
    lab.tell(
      await holdRound({
        ...{ lab, name: `kill-${round + 1}`, place: () => subject },
        rebuild: round === to - 1,
        deed: async (recorder) => {
          await pause(300 + Math.random() * 1_200);
          const atMs = recorder.nowMs();
          await victim.kill();
          await victim.revive();
          return { what: `killed ${victim.name}`, atMs };
        },
      }),
    );
  }
}

function victimsOf(subject: Subject): readonly Victim[] {
  const programs = subject.programs.map(
    (program): Victim => ({
      ...{ name: program.name, kill: program.kill, revive: program.start },
    }),
  );
  const [first] = subject.programs;
  return first ? [...programs, both(subject, first), postgresAlone(subject)] : programs;
}

function both(subject: Subject, program: Program): Victim {
  return {
    name: `${program.name} with its Postgres`,
    kill: async () => {
      const postgres = postgresOf(subject.folder);
      if (postgres !== null) signalAll([postgres], 'SIGKILL');
      await program.kill();
    },
    revive: program.start,
  };
}

/** Nobody starts it again but the platform itself. */
function postgresAlone(subject: Subject): Victim {
  return {
    name: 'Postgres alone',
    kill: async () => {
      const postgres = postgresOf(subject.folder);
      if (postgres !== null) signalAll([postgres], 'SIGKILL');
    },
    revive: async () => undefined,
  };
}
