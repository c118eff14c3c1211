import type { LogRecord } from '../../ops/adapters/event-log/port.ts';
import type { RecordOpener } from '../../ops/vault/port.ts';
import { positionIn } from '../position.ts';
import type { Item } from './target.ts';

/**
 * Opens the records of a batch in one go. What is no JSON at all still names its position.
 */
export async function openItems(
  opener: RecordOpener,
  records: readonly LogRecord[],
): Promise<readonly Item[]> {
  const contents = await opener.open(records.map(({ value }) => value));
  return records.map((record, at) => ({ record, content: placed(record, contents[at] ?? null) }));
}

function placed({ value }: LogRecord, content: Item['content']): Item['content'] {
  if (content?.category !== 'unreadable' || content.position > 0n) return content;
  return { ...content, position: positionIn(value) ?? 0n };
}
