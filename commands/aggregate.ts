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
  { decider, journal, snapshots }: Aggregate<Command, State, Event, Refusal>,
  key: string,
): Promise<Loaded<State>> {
  const snapshot = await journal.readSnapshot(key, snapshots.version);
  const loaded = begin(decider.initialState, snapshots, snapshot);
  for await (const page of journal.read(key, loaded.revision + 1)) {
    for (const recorded of page) fold(loaded, recorded, decider.evolve);
  }
  return loaded;
}

/** More than this and the newest snapshot is the shorter way. */
const eventsBehindMax = 500;

/** A state that was loaded before, with what was stored since. */
export async function bringUpToDate<Command, State, Event, Refusal>(
  aggregate: Aggregate<Command, State, Event, Refusal>,
  key: string,
  loaded: Loaded<State>,
): Promise<Loaded<State>> {
  const { decider, journal } = aggregate;
  let left = eventsBehindMax;
  for await (const page of journal.read(key, loaded.revision + 1, eventsBehindMax)) {
    for (const recorded of page) fold(loaded, recorded, decider.evolve);
    left -= page.length;
  }
  return left > 0 ? loaded : load(aggregate, key);
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
