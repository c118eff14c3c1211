/** How far the read models are. Positions only grow. */
export type ReadProgress = {
  /** Every event up to here is in every read model. */
  reached(): bigint;
  /** Waits until `reached` is at least the position, or the time is over; answers with where it is then. */
  waitFor(position: bigint, options: { readonly timeoutMs: number }): Promise<bigint>;
  /** The same for the events of one key (a conversation or a person), which are there earlier. */
  waitForKey(
    key: string,
    position: bigint,
    options: { readonly timeoutMs: number },
  ): Promise<bigint>;
};
