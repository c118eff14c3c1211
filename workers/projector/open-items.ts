import type { LogRecord } from '../../ops/adapters/event-log/port.ts';
import type { RecordOpener } from '../../ops/vault/port.ts';
import type { Item } from './target.ts';

/** Opens the records of a batch in one go. */
export async function openItems(
  opener: RecordOpener,
  records: readonly LogRecord[],
): Promise<readonly Item[]> {
  const contents = await opener.open(records.map(({ value }) => value));
  return records.map((record, at) => ({ record, content: contents[at] ?? null }));
}
