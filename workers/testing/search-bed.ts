import { v7 } from 'uuid';
import type { ParleyEvent } from '../../domain/recorded.ts';
import type { IndexDocument, IndexTarget, Search } from '../../ops/adapters/search/port.ts';
import { projections, searchProjections } from '../../projections/all.ts';
import type { SearchProjection } from '../../projections/search-projection.ts';
import type { LogValue } from '../../schemas/records/envelope.ts';
import { eventsTopic, recordKey } from '../../schemas/records/topics.ts';
import { indexer } from '../indexer/indexer.ts';
import type { Bed } from './bed.ts';
import { openTextOpener } from './open-text.ts';

/** The indexer over the machines of a bed. */
export function indexerOn(
  bed: Bed,
  search: Search,
  {
    recordsMax,
    versions = {},
  }: { readonly recordsMax?: number; readonly versions?: Readonly<Record<string, number>> } = {},
) {
  return indexer({
    ...bed,
    ...{ search, opener: openTextOpener, recordsMax, paceMs: 1, newId: () => v7() },
    projections: searchProjections.map(
      (one): SearchProjection => ({ ...one, version: versions[one.name] ?? one.version }),
    ),
  });
}

/** The projector with every read model there is. */
export function projectorOn(bed: Bed) {
  return bed.projector(projections);
}

/** Puts events into the topic as a relay does; what it holds already is not looked at. */
export async function tell(bed: Bed, history: readonly ParleyEvent[]): Promise<void> {
  await bed.eventLog.append({ topic: eventsTopic, epoch: 1, records: history.map(recordOf) });
}

/** A record that no codec reads, in the place of an event. */
export async function tellUnreadable(bed: Bed, recorded: ParleyEvent): Promise<void> {
  const { key, value } = recordOf(recorded);
  const unreadable = value.replace(/"data":.*$/, '"data":"not readable"}');
  await bed.eventLog.append({
    topic: eventsTopic,
    epoch: 1,
    records: [{ key, value: unreadable }],
  });
}

function recordOf(recorded: ParleyEvent) {
  const { id, revision, position, recordedAtMs, event } = recorded;
  const { type, ...data } = event;
  const stream = streamOf(recorded);
  const value: LogValue = {
    ...{ kind: 'event', id, stream, revision, recordedAtMs, type },
    ...{ position: String(position), data },
  };
  return { key: recordKey(stream), value: JSON.stringify(value) };
}

function streamOf(recorded: ParleyEvent): string {
  switch (recorded.category) {
    case 'account':
      return `account-${recorded.userId}`;
    case 'conversation':
      return `conversation-${recorded.conversationId}`;
    case 'participation':
      return `participation-${recorded.conversationId}_${recorded.userId}`;
  }
}

/** Everything that an index holds. */
export async function documentsOf(
  search: Search,
  index: IndexTarget['index'],
): Promise<readonly IndexDocument[]> {
  const found: IndexDocument[] = [];
  for await (const document of search.documents({ index, at: 'serving' })) found.push(document);
  return found;
}
