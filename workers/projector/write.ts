import type { Statements } from '../../ops/adapters/tables/port.ts';
import { fold } from './fold.ts';
import { isMachineFailure, reasonOf } from './reason.ts';
import { statementsFor } from './statements.ts';
import type { Parking, Planned, RowPlace } from './target.ts';

/** Writes events set-wise; rejects with the first error, which spoils the transaction. */
export async function writeEvents(
  tx: Statements,
  target: RowPlace,
  events: readonly Planned[],
): Promise<void> {
  const folded = fold(target.projection.tables, events);
  for (const statement of statementsFor(target, folded)) await tx.execute(statement);
}

/**
 * The same, but an event that Postgres refuses is found by halving under savepoints and put aside
 * with all that follow it under its key. Answers with what was put aside, in order. Failures of the
 * machine reject.
 */
export function writeCarefully(
  tx: Statements,
  target: RowPlace,
  events: readonly Planned[],
): Promise<readonly Parking[]> {
  return putAside(events, (part) => attempt(tx, () => writeEvents(tx, target, part)));
}

/**
 * Finds by halving what is refused, and puts it aside with all that follows it under its key. An
 * attempt answers with null when it worked, and with the error when nothing of it was done.
 */
export async function putAside<Wanted>(
  events: readonly Planned<Wanted>[],
  attempted: (part: readonly Planned<Wanted>[]) => Promise<unknown>,
): Promise<readonly Parking[]> {
  const parkings: Parking[] = [];
  const stopped = new Set<string>();
  const write = async (part: readonly Planned<Wanted>[]): Promise<void> => {
    const live = part.filter((planned) => !stopped.has(planned.record.key));
    if (live.length === 0) return;
    const error = await attempted(live);
    if (error === null) return;
    const [only] = live;
    if (live.length === 1 && only !== undefined) {
      stopped.add(only.record.key);
      parkings.push({ record: only.record, position: only.position, reason: reasonOf(error) });
      return;
    }
    const half = Math.ceil(live.length / 2);
    await write(live.slice(0, half));
    await write(live.slice(half));
  };
  await write(events);
  return [...parkings, ...behind(events, parkings)];
}

function behind<Wanted>(
  events: readonly Planned<Wanted>[],
  parkings: readonly Parking[],
): readonly Parking[] {
  const since = new Map(parkings.map(({ record, position }) => [record.key, position]));
  return events
    .filter(({ record, position }) => position > (since.get(record.key) ?? position))
    .map(({ record, position }) => ({ record, position, reason: null }));
}

/** Null when it worked; the error, with nothing of it left in the transaction, when it did not. */
async function attempt(tx: Statements, work: () => Promise<void>): Promise<unknown> {
  await tx.execute({ text: 'savepoint part', values: [] });
  try {
    await work();
    await tx.execute({ text: 'release savepoint part', values: [] });
    return null;
  } catch (error) {
    if (isMachineFailure(error)) throw error;
    await tx.execute({ text: 'rollback to savepoint part', values: [] });
    await tx.execute({ text: 'release savepoint part', values: [] });
    return error ?? new Error('unknown');
  }
}
