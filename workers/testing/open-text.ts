import { parseConversationId, parseParticipationKey, parseUserId } from '../../domain/ids.ts';
import type { ParleyEvent } from '../../domain/recorded.ts';
import type { EventToAppend } from '../../ops/adapters/event-store/port.ts';
import type { RecordOpener } from '../../ops/vault/port.ts';
import type { LogValue } from '../../schemas/records/envelope.ts';

/**
 * Events whose data is stored as it is, for specs that are about order and place and not about
 * sealing.
 */
export function openTextEvent(type: string, fields: object): EventToAppend {
  return {
    id: crypto.randomUUID(),
    type,
    data: new TextEncoder().encode(JSON.stringify(fields)),
    metadata: new Uint8Array(),
  };
}

/** Reads such records; the text 'not readable' makes one unreadable. */
export const openTextOpener: RecordOpener = {
  open: async (values) => values.map(openValue),
};

function openValue(value: string): ReturnType<typeof contentOf> {
  const parsed = parse(value);
  if (parsed === null) return { category: 'unreadable', position: 0n, reason: 'it is no JSON' };
  if (parsed.kind === 'watermark') {
    return { category: 'watermark', position: BigInt(parsed.position) };
  }
  if (value.includes('"not readable"')) {
    return {
      category: 'unreadable',
      position: BigInt(parsed.position),
      reason: 'no codec reads it',
    };
  }
  return contentOf(parsed);
}

function parse(value: string): LogValue | null {
  try {
    return JSON.parse(value);
  } catch {
    return null;
  }
}

type Content = Awaited<ReturnType<RecordOpener['open']>>[number];

function contentOf(record: LogValue & { readonly kind: 'event' }): Content {
  const { id, revision, recordedAtMs, stream, type, data } = record;
  const position = BigInt(record.position);
  const event = { type, ...(data as object) };
  const known = { id, revision, recordedAtMs, position, event, ...subjectOf(stream) };
  return known as unknown as ParleyEvent;
}

function subjectOf(stream: string) {
  const category = stream.slice(0, stream.indexOf('-'));
  const key = stream.slice(stream.indexOf('-') + 1);
  if (category === 'participation') return { category, ...parseParticipationKey(key) };
  if (category === 'account') return { category, userId: parseUserId(key) };
  return { category, conversationId: parseConversationId(key) };
}
