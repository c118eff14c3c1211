import type { Clock } from '../projections/clock.ts';
import { sleep } from '../projections/clock.ts';
import { backoffMs } from './backoff.ts';

/**
 * Something that happens without being asked. `run` works until the signal is aborted and then
 * resolves soon; when it ends or throws before that, the runner starts it again. It may run twice
 * at the same time, here or elsewhere, without harm.
 */
export type Worker = {
  readonly name: string;
  /** Those that people wait for are stopped first, so that what feeds them still runs meanwhile. */
  readonly serves: 'people' | 'platform';
  run(signal: AbortSignal): Promise<void>;
};

/**
 * How a worker is doing; the error is a class name and a code, never a message that could hold a
 * value.
 */
export type WorkerHealth = {
  readonly name: string;
  readonly state: 'running' | 'waiting' | 'stopped';
  readonly restarts: number;
  readonly lastError: string | null;
};

/** What the runner needs; every time in ms. */
export type RunnerOptions = {
  readonly workers: readonly Worker[];
  readonly clock: Clock;
  readonly chance: () => number; // [0, 1)
  /** Told of each failure; the error itself may hold anything. */
  readonly onFailure?:
    | ((failure: { readonly worker: string; readonly error: unknown }) => void)
    | undefined;
  readonly firstDelayMs?: number | undefined; // before the first restart; 100 unless told
  readonly delayMsMax?: number | undefined; // 10,000 unless told
  /** Running that long forgives earlier failures; 30,000 unless told. */
  readonly quietMs?: number | undefined;
  readonly stopMsMax?: number | undefined; // for all of stop(); 8,000 unless told
};

/** Workers under way. */
export type Runner = {
  health(): readonly WorkerHealth[];
  /**
   * Drains people's workers, then the platform's; answers with the names that did not end in time.
   */
  stop(): Promise<readonly string[]>;
};

/** Starts all workers and keeps them running. */
export function startWorkers(options: RunnerOptions): Runner {
  const kept = options.workers.map((worker) => keepRunning(worker, options));
  const stop = async () => {
    const deadline = options.clock.now() + (options.stopMsMax ?? 8_000);
    for (const serves of ['people', 'platform'] as const) {
      const group = kept.filter(({ worker }) => worker.serves === serves);
      for (const { abort } of group) abort();
      const ended = new AbortController(); // a timer left behind would keep the process alive
      const leftMs = Math.max(0, deadline - options.clock.now());
      await Promise.race([
        Promise.all(group.map(({ done }) => done)),
        sleep(options.clock, leftMs, ended.signal),
      ]);
      ended.abort();
    }
    return kept
      .map(({ health }) => health())
      .filter(({ state }) => state !== 'stopped')
      .map(({ name }) => name);
  };
  return { health: () => kept.map(({ health }) => health()), stop };
}

function keepRunning(worker: Worker, options: RunnerOptions) {
  const stopping = new AbortController();
  let state: WorkerHealth['state'] = 'running';
  let restarts = 0;
  let lastError: string | null = null;
  const loop = async () => {
    for (let failures = 0; !stopping.signal.aborted; ) {
      state = 'running';
      const startedMs = options.clock.now();
      const error = await outcome(worker, stopping.signal);
      if (stopping.signal.aborted) break;
      failures = options.clock.now() - startedMs >= (options.quietMs ?? 30_000) ? 1 : failures + 1;
      restarts += 1;
      lastError = nameOf(error);
      options.onFailure?.({ worker: worker.name, error });
      state = 'waiting';
      await sleep(options.clock, delayMs(options, failures), stopping.signal);
    }
    state = 'stopped';
  };
  return {
    worker,
    abort: () => stopping.abort(),
    done: loop(),
    health: (): WorkerHealth => ({ name: worker.name, state, restarts, lastError }),
  };
}

async function outcome(worker: Worker, signal: AbortSignal): Promise<unknown> {
  try {
    await worker.run(signal);
    return new Error('ended without being asked');
  } catch (error) {
    return error;
  }
}

function delayMs(
  { firstDelayMs = 100, delayMsMax = 10_000, chance }: RunnerOptions,
  failures: number,
) {
  return backoffMs({ firstDelayMs, delayMsMax, chance }, failures);
}

/** Says what kind of error it was and nothing that it carried. */
export function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const { code, sqlState } = error as { readonly code?: unknown; readonly sqlState?: unknown };
  const detail = [sqlState, code].find(
    (value) => typeof value === 'string' && /^\w{1,40}$/.test(value),
  );
  return detail === undefined ? error.name : `${error.name} ${detail}`;
}
