import type { UserId } from '../../domain/ids.ts';
import type { IndexTarget, Search } from '../../ops/adapters/search/port.ts';
import type { Tables } from '../../ops/adapters/tables/port.ts';
import { TablesUnavailable } from '../../ops/adapters/tables/port.ts';
import { people } from '../../projections/people/people.ts';
import { peopleByIds } from '../../projections/people/read.ts';
import type { ReadProgress } from '../../projections/progress.ts';
import type { SearchChange, SearchProjection } from '../../projections/search-projection.ts';
import { searchedMessages } from '../../projections/timeline/facts.ts';
import { timeline } from '../../projections/timeline/timeline.ts';
import { readParkedKeys } from '../projector/parking.ts';
import { isMachineFailure } from '../projector/reason.ts';
import type { Destination, Planned } from '../projector/target.ts';
import { putAside } from '../projector/write.ts';
import type { Found } from './complete.ts';
import { complete, lastOfEach } from './complete.ts';

/** What writing an index takes. */
export type Writing = {
  readonly search: Pick<Search, 'apply'>;
  readonly tables: Tables;
  readonly progress: Pick<ReadProgress, 'waitForKey'>;
};

/** An index as events lead there. */
export type IndexDestination = Destination<SearchChange> & {
  readonly projection: SearchProjection;
  readonly target: IndexTarget;
};

/** The index that serves. ReadProgress leaves names with an @ out: nobody's reads wait for it. */
export function servingIndex(writing: Writing, projection: SearchProjection): IndexDestination {
  return destination(writing, projection, 'serving');
}

/** The one that is built beside it. */
export function nextIndex(writing: Writing, projection: SearchProjection): IndexDestination {
  return destination(writing, projection, 'next');
}

/**
 * Those that serve, for whoever mends what is parked: the read models have long read what is, so
 * nobody waits for them.
 */
export function indexesToMend(
  machines: Omit<Writing, 'progress'>,
  projections: readonly SearchProjection[],
): readonly IndexDestination[] {
  const progress = { waitForKey: async (_key: string, position: bigint) => position };
  return projections.map((projection) => servingIndex({ ...machines, progress }, projection));
}

function destination(
  writing: Writing,
  projection: SearchProjection,
  at: IndexTarget['at'],
): IndexDestination {
  const target = { index: projection.index, at, version: projection.version };
  const write = async (events: readonly Planned<SearchChange>[]) => {
    const found = await findFor(writing, events);
    const changes = events.flatMap((event) => event.changes).map((one) => complete(one, found));
    if (changes.length > 0) await writing.search.apply(target, lastOfEach(changes));
  };
  return {
    ...{ projection, target },
    name: `${projection.name}@${at === 'serving' ? 'index' : 'next'}`,
    write: (_tx, events) => write(events),
    writeCarefully: (_tx, events) => putAside(events, (part) => errorOf(() => write(part))),
  };
}

/** Null when it worked. Half of it may be done where it did not: the same is asked again. */
async function errorOf(work: () => Promise<void>): Promise<unknown> {
  try {
    await work();
    return null;
  } catch (error) {
    if (isMachineFailure(error)) throw error;
    return error ?? new Error('unknown');
  }
}

const factsWaitMs = 1_000;

/** Read models do not hold the events of some keys yet: others of the same batch may go on. */
export class ReadModelsBehind extends TablesUnavailable {
  readonly behind: ReadonlyMap<string, bigint>; // by key, the newest position that is waited for

  constructor(behind: ReadonlyMap<string, bigint>) {
    super('the read models are too far behind');
    this.behind = behind;
  }
}

/**
 * A row that says the rest of a document is put aside, or waits behind one that is. The document
 * stays as it was, like the row: its event is put aside too, and taken up once the row was mended.
 */
export class RowsParked extends Error {
  override readonly name = 'RowsParked';
}

/** Reads what the events left out, set-wise, once the read models hold those events. */
async function findFor(
  { tables, progress }: Writing,
  events: readonly Planned<SearchChange>[],
): Promise<Found> {
  const amending = events.filter(({ changes }) => changes.some(isAmendment));
  const behind = new Map<string, bigint>();
  await Promise.all(
    [...newestOfKeys(amending)].map(async ([key, position]) => {
      const at = await progress.waitForKey(key, position, { timeoutMs: factsWaitMs });
      if (at < position) behind.set(key, position);
    }),
  );
  if (behind.size > 0) throw new ReadModelsBehind(behind);
  await refuseParked(tables, amending);
  const changes = amending.flatMap((event) => event.changes);
  const [messages, persons] = await Promise.all([
    searchedMessages(
      tables,
      changes.filter((one) => one.kind === 'amend-message'),
    ),
    peopleByIds(
      tables,
      changes.filter((one) => one.kind === 'amend-person').map(({ id }): UserId => id),
    ),
  ]);
  return { messages, people: persons };
}

/** After the wait: whoever moves a place over an event parks it in the same step. */
async function refuseParked(tables: Tables, amending: readonly Planned<SearchChange>[]) {
  if (amending.length === 0) return;
  const parked = await readParkedKeys(tables, [timeline.name, people.name]);
  const keys = new Set([...parked.values()].flatMap((some) => [...some]));
  if (amending.some(({ record }) => keys.has(record.key))) throw new RowsParked();
}

function isAmendment({ kind }: SearchChange): boolean {
  return kind === 'amend-message' || kind === 'amend-person';
}

function newestOfKeys(events: readonly Planned<SearchChange>[]): ReadonlyMap<string, bigint> {
  return new Map(events.map(({ record, position }) => [record.key, position]));
}
