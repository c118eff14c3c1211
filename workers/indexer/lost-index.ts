import type { Search } from '../../ops/adapters/search/port.ts';
import type { Statements, Tables } from '../../ops/adapters/tables/port.ts';
import { eventsPartitions } from '../../schemas/records/topics.ts';
import { ensureCheckpoints } from '../projector/checkpoints.ts';
import type { IndexDestination } from './destination.ts';

/**
 * An index in which there is nothing, behind a place that says otherwise, was lost: it is written
 * from the log's beginning. That is right, if of no use, where no event gave it a document.
 */
export async function beginAnew(
  { search, tables }: { readonly search: Search; readonly tables: Tables },
  { name, target }: IndexDestination,
): Promise<void> {
  await ensureCheckpoints(tables, [name], eventsPartitions);
  for await (const _document of search.documents(target)) return;
  await toTheBeginning(tables, name);
}

async function toTheBeginning(tables: Statements, name: string): Promise<void> {
  await tables.execute({
    name: 'indexer-begin-anew',
    text: `
      update projector.checkpoint
      set next_offset = 0, position = 0, generation = generation + 1
      where projection = $1 and next_offset > 0`,
    values: [name],
  });
}
