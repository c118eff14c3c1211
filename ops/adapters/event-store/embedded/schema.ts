import { crc32 } from 'node:zlib';

/**
 * The log's file. `position` is the place in the whole log and is never used twice; a stream keeps
 * its last revision and what its metadata says of keeping: how many events, from which revision on,
 * and whether it was deleted (it may go on) or tombstoned (never again). The body of an event is
 * its id, data and metadata in one piece, as a blob costs more to read than the bytes in it.
 */
export const schemaSql = `
  create table if not exists stream (
    id integer primary key, name text not null unique, last_revision integer not null,
    max_count integer, truncate_before integer not null default 0,
    state text not null default 'open' check (state in ('open', 'deleted', 'tombstoned'))
  ) strict;
  create table if not exists event (
    position integer primary key autoincrement, stream_id integer not null,
    revision integer not null, id blob not null, type text not null, body blob not null,
    data_bytes integer not null, json integer not null, recorded_at_ms integer not null,
    checksum integer not null
  ) strict;
  create unique index if not exists event_of_stream on event (stream_id, revision);
  create unique index if not exists event_by_id on event (stream_id, id);
`;

/** An event as a body; `data` begins after the id. */
export type Body = { readonly body: Uint8Array; readonly dataBytes: number };

const idBytes = 16;

export function toBody(id: Uint8Array, data: Uint8Array, metadata: Uint8Array): Body {
  const body = new Uint8Array(idBytes + data.length + metadata.length);
  body.set(id);
  body.set(data, idBytes);
  body.set(metadata, idBytes + data.length);
  return { body, dataBytes: data.length };
}

export function dataOf({ body, dataBytes }: Body): Uint8Array {
  return body.subarray(idBytes, idBytes + dataBytes);
}

export function metadataOf({ body, dataBytes }: Body): Uint8Array {
  return body.subarray(idBytes + dataBytes);
}

/** What the checksum of an event covers. */
export type Checked = Body & {
  readonly stream: string;
  readonly revision: number;
  readonly type: string;
};

/** CRC-32 over what an event says and where it stands: a flipped bit is found on reading. */
export function checksumOf({ stream, revision, type, body, dataBytes }: Checked): number {
  return crc32(body, crc32(`${stream}\n${revision}\n${type}\n${dataBytes}`));
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export function isUuid(id: string): boolean {
  return uuid.test(id);
}

export function idToBytes(id: string): Buffer {
  return Buffer.from(id.replaceAll('-', ''), 'hex');
}

/** The id at the beginning of a body. */
export function idOf({ body }: Body): string {
  const hex = Buffer.from(body.buffer, body.byteOffset, idBytes).toString('hex');
  const head = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}`;
  return `${head}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
