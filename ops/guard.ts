import {
  BrokenCircuitError,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  ExponentialBackoff,
  fullJitterGenerator,
  handleWhen,
  retry,
  wrap,
} from 'cockatiel';

/** Open: calls are refused at once. */
export type BreakerState = 'closed' | 'half-open' | 'open';

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

const breakerStates = {
  [CircuitState.Closed]: 'closed',
  [CircuitState.HalfOpen]: 'half-open',
  [CircuitState.Open]: 'open',
  [CircuitState.Isolated]: 'open',
} as const;

/**
 * A bounded queue before a circuit breaker: while the server is away one call at a time tries, the
 * others are refused at once.
 */
export function openGuard(options: GuardOptions): Guard {
  const { isAway, translate, waitingMax, tooMuchWaits } = options;
  const { againMax = 1, firstDelayMs = 20 } = options;
  const breaker = circuitBreaker(handleWhen(isAway), {
    halfOpenAfter: new ExponentialBackoff({ initialDelay: 100, maxDelay: 2_000 }),
    breaker: new ConsecutiveBreaker(failuresUntilOpen),
  });
  const several = wrap(
    retry(handleWhen(isAway), {
      maxAttempts: againMax,
      backoff: new ExponentialBackoff({
        generator: fullJitterGenerator,
        initialDelay: firstDelayMs,
      }),
    }),
    breaker,
  );
  let waiting = 0;
  const ask = async <Answer>(
    policy: Pick<typeof breaker, 'execute'>,
    call: () => Promise<Answer>,
    signal?: AbortSignal,
  ): Promise<Answer> => {
    if (waiting >= waitingMax) throw tooMuchWaits();
    // Left to the breaker, everybody would wait for the one that tries.
    if (breaker.state === CircuitState.HalfOpen) throw translate(new BrokenCircuitError());
    waiting += 1;
    try {
      return await policy.execute(call, signal);
    } catch (cause) {
      throw translate(cause);
    } finally {
      waiting -= 1;
    }
  };
  return {
    once: (call) => ask(breaker, call),
    again: (call, signal) => ask(several, call, signal),
    breaker: () => breakerStates[breaker.state],
  };
}
