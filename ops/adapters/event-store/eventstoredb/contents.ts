import type {
  AllStreamRecordedEvent,
  EventData,
  RecordedEvent as Read,
} from '@eventstore/db-client';
import { binaryEvent, jsonEvent } from '@eventstore/db-client';
import type { EventToAppend, RecordedEvent } from '../port.ts';

/**
 * JSON goes as JSON, so that the server's own tools can read it, but the client parses what it
 * reads and we want the bytes back: text that a parse and a print would change goes as bytes.
 */
export function toEventData({ id, type, data, metadata }: EventToAppend): EventData {
  const content = printed(data);
  const about = metadataOf(metadata);
  if (content === null) return binaryEvent({ id, type, data, ...about });
  return jsonEvent({ id, type, data: content, ...about });
}

/**
 * The value whose print is exactly these bytes. Bare strings come back ambiguous, so they count as
 * bytes.
 */
function printed(bytes: Uint8Array): Record<string, unknown> | unknown[] | null {
  const text = Buffer.from(bytes).toString('utf8');
  const value = parsed(text);
  if (typeof value !== 'object' || value === null || JSON.stringify(value) !== text) return null;
  return Array.isArray(value) ? value : { ...value };
}

function metadataOf(bytes: Uint8Array): { metadata?: Record<string, unknown> | Uint8Array } {
  if (bytes.length === 0) return {};
  const text = Buffer.from(bytes).toString('utf8');
  const value = parsed(text);
  if (value === undefined) return { metadata: Uint8Array.from(bytes) };
  if (typeof value === 'object' && value !== null && JSON.stringify(value) === text) {
    return { metadata: { ...value } };
  }
  throw new TypeError('metadata must be a JSON object as JSON.stringify prints it');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function toRecorded(event: Read | AllStreamRecordedEvent): RecordedEvent {
  return {
    id: event.id,
    stream: event.streamId,
    revision: Number(event.revision),
    position: event.position?.commit ?? 0n,
    type: event.type,
    data: bytesOf(event.data),
    metadata: event.metadata === undefined ? new Uint8Array() : bytesOf(event.metadata),
    recordedAtMs: event.created.getTime(),
  };
}

/** What the client could not parse it gives as text or as bytes. */
function bytesOf(content: unknown): Uint8Array {
  if (content instanceof Uint8Array) return content;
  return Buffer.from(typeof content === 'string' ? content : JSON.stringify(content));
}

export function isSystemEvent({ streamId, type }: { streamId: string; type: string }): boolean {
  return type.startsWith('$') || streamId.startsWith('$');
}
