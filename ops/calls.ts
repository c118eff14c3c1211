/** What became of a call of a machine, and how long it took. */
export type Call = {
  readonly outcome: 'ok' | 'away' | 'refused' | 'overloaded';
  readonly seconds: number;
};

/** Calls of one machine. While nobody watches, one costs no more than to see that. */
export type Calls = {
  watch(told: (call: Call) => void): void;
  /** The same answer, told to who watches; `outcomeOf` says what a failure was. */
  timed<Answer>(
    ask: () => Promise<Answer>,
    outcomeOf: (cause: unknown) => Call['outcome'],
  ): Promise<Answer>;
};

export function openCalls(): Calls {
  let told: ((call: Call) => void) | null = null;
  return {
    watch: (listener) => {
      told = listener;
    },
    timed: (ask, outcomeOf) => (told === null ? ask() : timed(ask, { outcomeOf, told })),
  };
}

async function timed<Answer>(
  ask: () => Promise<Answer>,
  {
    outcomeOf,
    told,
  }: {
    readonly outcomeOf: (cause: unknown) => Call['outcome'];
    readonly told: (call: Call) => void;
  },
): Promise<Answer> {
  const begun = performance.now();
  let outcome: Call['outcome'] = 'ok';
  try {
    return await ask();
  } catch (cause) {
    outcome = outcomeOf(cause);
    throw cause;
  } finally {
    told({ outcome, seconds: (performance.now() - begun) / 1_000 });
  }
}
