/** What a command comes to: events (none: it is so already) or the reason it may not be. */
export type Decision<Event, Refusal> =
  | { readonly verdict: 'accepted'; readonly events: readonly Event[] }
  | { readonly verdict: 'refused'; readonly refusal: Refusal };

export type Decider<Command, State, Event, Refusal> = {
  readonly category: string; // stream name is category, dash, id
  readonly initialState: () => State;
  readonly decide: (command: Command, state: State) => Decision<Event, Refusal>;
  readonly evolve: (state: State, event: Event) => State; // total
};

export function accept<Event>(...events: readonly Event[]): Decision<Event, never> {
  return { verdict: 'accepted', events };
}

export function refuse<Refusal>(refusal: Refusal): Decision<never, Refusal> {
  return { verdict: 'refused', refusal };
}

/** Proof to the compiler that a union was handled in full. */
export function unreachable(value: never): never {
  throw new Error(`unreachable case: ${JSON.stringify(value)}`);
}
