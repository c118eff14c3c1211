import type { RecordedEvent } from '../port.ts';
import { checksumOf, dataOf, idOf, metadataOf } from './schema.ts';

/** A stored event does not match its checksum: the file was damaged under us. */
export class DamagedEvent extends Error {
  override readonly name = 'DamagedEvent';
}

/** A recorded event that also says whether its data was given as JSON or as mere bytes. */
export type StoredEvent = RecordedEvent & { readonly json: boolean };

/** In the order of EventRow. */
export const columns =
  'position, stream_id, revision, type, body, data_bytes, json, recorded_at_ms, checksum';

/** An event as the file gives it, a value a column. */
export type EventRow = readonly [
  position: number,
  streamId: number,
  revision: number,
  type: string,
  body: Uint8Array,
  dataBytes: number,
  json: number,
  recordedAtMs: number,
  checksum: number,
];

export function toEvent(row: EventRow, nameOf: (id: number) => string): StoredEvent {
  const [position, streamId, revision, type, body, dataBytes, json, recordedAtMs, checksum] = row;
  const stream = nameOf(streamId);
  const content = { body, dataBytes };
  if (checksumOf({ stream, revision, type, body, dataBytes }) !== checksum) {
    throw new DamagedEvent(
      `The event at position ${position} (revision ${revision} of ${stream}) is damaged on disk: ` +
        'restore the log from a backup.',
    );
  }
  return {
    id: idOf(content),
    stream,
    revision,
    position: BigInt(position),
    type,
    data: dataOf(content),
    metadata: metadataOf(content),
    recordedAtMs,
    json: json === 1,
  };
}

/** The log's own events: deletions, metadata, links. */
export function isSystemEvent({ stream, type }: { stream: string; type: string }): boolean {
  return type.startsWith('$') || stream.startsWith('$');
}
