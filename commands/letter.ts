/** One command on its way to its stream. */
export type Letter<Command, State, Event, Answer> = {
  readonly command: Command;
  /** Read from the state right after deciding: later it may have moved on. */
  readonly answer: (state: State) => Answer;
  /**
   * The id of the event at this place of the decision; a retry must derive the same where it may
   * not double.
   */
  readonly eventId: (event: Event, at: number) => string;
  /**
   * True when deciding needs facts that the state has forgotten: the sender gathers them and writes
   * again.
   */
  readonly needsFacts: (state: State) => boolean;
};

export type Reply<Answer, Refusal> =
  | {
      readonly kind: 'done';
      readonly stored: boolean;
      readonly position: bigint;
      readonly answer: Answer;
    }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'needs-facts'; readonly position: bigint }
  | { readonly kind: 'conflict' }
  | { readonly kind: 'overloaded'; readonly retryAfterMs: number }
  | { readonly kind: 'unavailable'; readonly retryAfterMs: number };

/** A letter with whoever waits for its reply. */
export type Post<Command, State, Event> = {
  readonly letter: Letter<Command, State, Event, unknown>;
  readonly settle: (reply: Reply<unknown, unknown>) => void;
  readonly traceparent: string | undefined; // where its trace is recorded
};
