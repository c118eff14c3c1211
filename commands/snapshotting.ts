import type { Aggregate, Loaded } from './aggregate.ts';

/** Writes snapshots beside the appends; nobody waits for one but a clean stop. */
export type Snapshotting<State> = {
  /** Takes the picture at once, so that the state may go on. */
  whenDue(key: string, stored: Loaded<State>): void;
  underWay(): readonly Promise<void>[];
};

export function openSnapshotting<Command, State, Event, Refusal>(
  { journal, snapshots }: Aggregate<Command, State, Event, Refusal>,
  { everyEvents, report }: { readonly everyEvents: number; report(cause: unknown): void },
): Snapshotting<State> {
  const writing = new Map<string, Promise<void>>();
  return {
    whenDue: (key, stored) => {
      if (stored.eventsSinceSnapshot < everyEvents || writing.has(key)) return;
      const { revision, position } = stored;
      const state = JSON.stringify(snapshots.write(stored.state));
      stored.eventsSinceSnapshot = 0;
      const written = journal
        .writeSnapshot(key, { version: snapshots.version, revision, position, state })
        .catch(report)
        .finally(() => writing.delete(key));
      writing.set(key, written);
    },
    underWay: () => [...writing.values()],
  };
}
