import type { IBackoffFactory, IBreaker, IHalfOpenAfterBackoffContext } from 'cockatiel';
import {
  BrokenCircuitError,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  ExponentialBackoff,
  fullJitterGenerator,
  handleWhen,
  isBrokenCircuitError,
  retry,
  wrap,
} from 'cockatiel';
import type { Calls } from './calls.ts';
import { openCalls } from './calls.ts';
import { misfitOf } from './misfit.ts';

/** Open: calls are refused at once. */
export type BreakerState = 'closed' | 'half-open' | 'open';

/** Whether a machine answers, and if not, why. */
export type Health = { readonly ok: true } | { readonly ok: false; readonly reason: string };

/** What every port tells of its machine, whichever driver runs. */
export type Machine = {
  health(): Promise<Health>;
  /** State of the circuit breaker before the machine; none where it is in this process. */
  readonly breaker?: (() => BreakerState) | undefined;
  /** Tells of each call of the machine; none where it is in this process. */
  readonly watchCalls?: Calls['watch'] | undefined;
  [Symbol.asyncDispose](): Promise<void>;
};

/** How a real server is asked. */
export type Guard = {
  /** Asks once: whatever must not happen twice, or behind what was asked later. */
  once<Answer>(call: () => Promise<Answer>): Promise<Answer>;
  /**
   * Asks again where an answer is lost, after a moment of full jitter; not after the signal, which
   * ends the wait.
   */
  again<Answer>(call: () => Promise<Answer>, signal?: AbortSignal): Promise<Answer>;
  /** Half-open: one call tries whether the server is back. */
  breaker(): BreakerState;
  /** Tells of each call, from when it is asked to its answer: those asked again count once. */
  readonly watchCalls: Calls['watch'];
};

export type GuardOptions = {
  /** Whether the server is to blame: not reached, not in time, or it will answer again. */
  readonly isAway: (cause: unknown) => boolean;
  /** What callers get to see instead of a failure of the library. */
  readonly translate: (cause: unknown) => unknown;
  /** Calls that wait for their answer: above this one more is refused. */
  readonly waitingMax: number;
  readonly tooMuchWaits: () => Error;
  /** How often `again` asks again; once unless told. */
  readonly againMax?: number | undefined;
  readonly firstDelayMs?: number | undefined; // before it does, at most; 20 unless told
};

const failuresUntilOpen = 5;
const refusedAgainMs = 30_000; // a login is tried this often: accounts may be locked

const breakerStates = {
  [CircuitState.Closed]: 'closed',
  [CircuitState.HalfOpen]: 'half-open',
  [CircuitState.Open]: 'open',
  [CircuitState.Isolated]: 'open',
} as const;

/**
 * A bounded queue before a circuit breaker: while the server is away one call at a time tries, the
 * others are refused at once. A login that is refused is not tried again by the same call, and
 * opens the breaker at once and for long.
 */
export function openGuard(options: GuardOptions): Guard {
  const { isAway, translate, waitingMax, tooMuchWaits } = options;
  const { againMax = 1, firstDelayMs = 20 } = options;
  let refusal: unknown = null; // of our login, until it is taken
  const isFailure = (cause: unknown): boolean => {
    refusal = isLoginRefused(cause) ? cause : null;
    return refusal !== null || isAway(cause);
  };
  const breaker = circuitBreaker(handleWhen(isFailure), {
    halfOpenAfter: delaysFrom(new ExponentialBackoff({ initialDelay: 100, maxDelay: 2_000 })),
    breaker: openedBy(() => refusal !== null),
  });
  // Once it is open only the breaker would answer, which does not know why.
  const mayAskAgain = (cause: unknown) => isAway(cause) && breaker.state === CircuitState.Closed;
  const several = wrap(
    retry(handleWhen(mayAskAgain), {
      maxAttempts: againMax,
      backoff: new ExponentialBackoff({
        generator: fullJitterGenerator,
        initialDelay: firstDelayMs,
      }),
    }),
    breaker,
  );
  const calls = openCalls();
  const outcomeOf = (cause: unknown) =>
    isBrokenCircuitError(cause) || isAway(cause) ? 'away' : 'refused';
  let waiting = 0;
  const ask = async <Answer>(
    policy: Pick<typeof breaker, 'execute'>,
    call: () => Promise<Answer>,
    signal?: AbortSignal,
  ): Promise<Answer> => {
    if (waiting >= waitingMax) {
      return calls.timed(
        () => Promise.reject(tooMuchWaits()),
        () => 'overloaded',
      );
    }
    waiting += 1;
    try {
      return await calls.timed(() => {
        // Left to the breaker, everybody would wait for the one that tries.
        if (breaker.state === CircuitState.HalfOpen)
          return Promise.reject(new BrokenCircuitError());
        return policy.execute(call, signal);
      }, outcomeOf);
    } catch (cause) {
      throw translate(isBrokenCircuitError(cause) ? (refusal ?? cause) : cause);
    } finally {
      waiting -= 1;
    }
  };
  return {
    once: (call) => ask(breaker, call),
    again: (call, signal) => ask(several, call, signal),
    breaker: () => breakerStates[breaker.state],
    watchCalls: calls.watch,
  };
}

function isLoginRefused(cause: unknown): boolean {
  return misfitOf(cause) === 'login';
}

/** After some failures in a row, or one that counts for all of them. */
function openedBy(isEnough: () => boolean): IBreaker {
  const inARow = new ConsecutiveBreaker(failuresUntilOpen);
  return {
    get state() {
      return inARow.state;
    },
    set state(state) {
      inARow.state = state as typeof inARow.state;
    },
    success: () => inARow.success(),
    failure: () => inARow.failure() || isEnough(),
  };
}

/** Longer each time while the server is away, and long at once where it refuses our login. */
function delaysFrom(away: IBackoffFactory<unknown>): IBackoffFactory<IHalfOpenAfterBackoffContext> {
  return {
    next: ({ result }) => {
      if ('error' in result && isLoginRefused(result.error)) {
        return { duration: refusedAgainMs, ...delaysFrom(away) };
      }
      const longer = away.next(undefined);
      return { duration: longer.duration, ...delaysFrom(longer) };
    },
  };
}
