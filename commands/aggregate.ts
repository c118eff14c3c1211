import type { Decider } from '../domain/decider.ts';
import type { Json } from '../domain/json.ts';
import type { Recorded } from '../domain/recorded.ts';
import type { Journal, Snapshot } from '../ops/vault/port.ts';

/** A decider with the journal of its events, and how its states are kept between loads. */
export type Aggregate<Command, State, Event, Refusal> = {
  readonly decider: Decider<Command, State, Event, Refusal>;
  readonly journal: Journal<Event>;
  readonly snapshots: Snapshots<State>;
  /** Roughly how many small records a state holds; bounds what stays in memory. */
  readonly weigh: (state: State) => number;
};

export type Snapshots<State> = {
  readonly version: number;
  readonly write: (state: State) => Json;
  readonly read: (json: Json) => State | null;
};

/** A state with its place in the log. Only the mailbox of its stream may touch it. */
export type Loaded<State> = {
  state: State;
  revision: number; // of the last event; −1 when there is none
  position: bigint; // of the last event; 0n when there is none
  eventsSinceSnapshot: number;
};

/** From the newest snapshot and the events after it. */
export async function load<Command, State, Event, Refusal>(
  aggregate: Aggregate<Command, State, Event, Refusal>,
  key: string,
): Promise<Loaded<State>> {
  const { decider, journal, snapshots } = aggregate;
  const snapshot = await journal.readSnapshot(key, snapshots.version);
  const loaded = begin(decider.initialState, snapshots, snapshot);
  await catchUp(aggregate, key, loaded);
  return loaded;
}

/** Folds in what was written since, by whomever; true when there was something. */
export async function catchUp<Command, State, Event, Refusal>(
  { decider, journal }: Aggregate<Command, State, Event, Refusal>,
  key: string,
  loaded: Loaded<State>,
): Promise<boolean> {
  const before = loaded.revision;
  for await (const page of journal.read(key, before + 1)) {
    for (const recorded of page) fold(loaded, recorded, decider.evolve);
  }
  return loaded.revision > before;
}

function begin<State>(
  initialState: () => State,
  snapshots: Snapshots<State>,
  snapshot: Snapshot | null,
): Loaded<State> {
  const state = snapshot && snapshots.read(JSON.parse(snapshot.state));
  if (!state || !snapshot) {
    return { state: initialState(), revision: -1, position: 0n, eventsSinceSnapshot: 0 };
  }
  const { revision, position } = snapshot;
  return { state, revision, position, eventsSinceSnapshot: 0 };
}

function fold<State, Event>(
  loaded: Loaded<State>,
  { event, revision, position }: Recorded<Event>,
  evolve: (state: State, event: Event) => State,
): void {
  loaded.state = evolve(loaded.state, event);
  loaded.revision = revision;
  loaded.position = position;
  loaded.eventsSinceSnapshot += 1;
}
