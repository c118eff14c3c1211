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
        const stop = await attach(pidsOf(subject, victim), inject);
        await pause(lastsMs);
        const health = await healthOf(subject.urls[0] ?? '');
        await stop();
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

/** Attaches to the processes with all their threads; answers with how to let go. */
async function attach(pids: readonly number[], inject: string): Promise<() => Promise<void>> {
  const calls = 'fsync,fdatasync,sync_file_range';
  const tracer = spawn(
    'strace',
    [
      ...['-f', '-qq', '-o', '/dev/null', '-e', `trace=${calls}`],
      ...['-e', `inject=fsync,fdatasync:${inject}`],
      ...pids.flatMap((pid) => ['-p', String(pid)]),
    ],
    { stdio: 'ignore' },
  );
  const ended = new Promise<void>((resolve) => tracer.once('exit', () => resolve()));
  await pause(300); // until it is attached
  if (tracer.exitCode !== null) throw new Error('strace could not attach to the processes');
  return async () => {
    tracer.kill('SIGINT');
    await ended;
  };
}
