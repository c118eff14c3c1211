import { spawn, spawnSync } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { treeOf } from '../bench/load/processes.ts';
import type { Fault, Lab } from './fault.ts';
import type { Subject } from './platform.ts';
import { postgresOf, startWhole } from './platform.ts';
import { holdRound } from './round.ts';
import { healthOf } from './status.ts';

const lastsMs = 4_000;

/** What strace does to the flushes of a process while it is attached to it. */
type Injection = { readonly name: string; readonly what: string; readonly inject: string };

function flushFault(injection: Injection, says: string): Fault {
  return {
    ...{ name: injection.name, rounds: 6, says },
    missing: () =>
      spawnSync('strace', ['-V']).status === 0 ? null : 'strace is not installed (apt: strace)',
    run: (lab) => injectAround(lab, injection),
  };
}

export const flushError: Fault = flushFault(
  { name: 'flush-error', what: 'flushes fail', inject: 'error=EIO' },
  'every flush of the platform, or of its Postgres, fails with EIO for a while',
);

export const slowFlush: Fault = flushFault(
  { name: 'slow-flush', what: 'flushes take 300 ms', inject: 'delay_exit=300000' },
  'every flush of the platform, or of its Postgres, takes 300 ms longer',
);

async function injectAround(lab: Lab, { name, what, inject }: Injection): Promise<void> {
  await using subject = await startWhole({ code: lab.code });
  for (let round = 1; round <= lab.rounds; round += 1) {
    const victim = round % 2 === 1 ? 'platform' : 'Postgres';
    const told = await holdRound({
      ...{ lab, name: `${name}-${round}`, place: () => subject },
      rebuild: round === lab.rounds,
      deed: async (recorder) => {
        await pause(500);
        const times = await injectFor(lastsMs, inject, () => pidsOf(subject, victim));
        if (times === 0) throw new Error('strace could not attach to the processes');
        const health = await healthOf(subject.urls[0] ?? '');
        const atMs = recorder.nowMs();
        return { what: `${what} in ${victim}`, atMs, read: [`health: ${health}`] };
      },
    });
    lab.tell(told);
  }
}

function pidsOf({ programs, folder }: Subject, victim: 'platform' | 'Postgres') {
  const postgres = postgresOf(folder);
  if (victim === 'Postgres') return postgres === null ? [] : treeOf(postgres);
  return programs.flatMap((program) => program.pid() ?? []);
}

/**
 * Attaches to the processes with all their threads, and to those that follow when they end of it;
 * answers with how often it could.
 */
async function injectFor(
  ms: number,
  inject: string,
  pids: () => readonly number[],
): Promise<number> {
  const enough = pause(ms);
  let isOver = false;
  void enough.then(() => {
    isOver = true;
  });
  let times = 0;
  while (!isOver) {
    const code = await trace(pids(), inject, enough);
    if (code === 0) times += 1;
    else await pause(50); // they have just ended, or have not started yet
  }
  return times;
}

/** Until its processes have ended, or it has been enough; answers with strace's exit code. */
async function trace(
  pids: readonly number[],
  inject: string,
  enough: Promise<void>,
): Promise<number> {
  if (pids.length === 0) return 1;
  const tracer = spawn(
    'strace',
    [
      ...['-f', '-qq', '-o', '/dev/null', '-e', 'trace=fsync,fdatasync,sync_file_range'],
      ...['-e', `inject=fsync,fdatasync:${inject}`],
      ...pids.flatMap((pid) => ['-p', String(pid)]),
    ],
    { stdio: 'ignore' },
  );
  const ended = new Promise<number>((resolve) =>
    tracer.once('exit', (code, signal) => resolve(signal === null ? (code ?? 1) : 0)),
  );
  void enough.then(() => tracer.kill('SIGINT'));
  return ended;
}
