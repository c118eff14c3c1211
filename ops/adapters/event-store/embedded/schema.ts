import { crc32 } from 'node:zlib';

/**
 * The log's file. `position` is the place in the whole log; a stream keeps its last revision, how many
 * events it keeps, and whether it was deleted.
 */
export const schemaSql = `
  create table if not exists stream (
    id integer primary key, name text not null unique, last_revision integer not null,
    max_count integer, state text not null default 'open'
  ) strict;
  create table if not exists event (
    position integer primary key autoincrement, stream_id integer not null,
    revision integer not null, id blob not null, type text not null, data blob not null,
    metadata blob not null, recorded_at_ms integer not null, checksum integer not null
  ) strict;
  create unique index if not exists event_of_stream on event (stream_id, revision);
  create unique index if not exists event_by_id on event (stream_id, id);
`;

export type Checked = {
  readonly stream: string;
  readonly revision: number;
  readonly id: string;
  readonly type: string;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
};

/** CRC-32 over everything an event says and where it stands: a flipped bit is found on reading. */
export function checksumOf({ stream, revision, id, type, data, metadata }: Checked): number {
  return crc32(data, crc32(metadata, crc32(`${stream}\n${revision}\n${id}\n${type}`)));
}

export function idToBytes(id: string): Buffer {
  return Buffer.from(id.replaceAll('-', ''), 'hex');
}

export function idFromBytes(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
  const part = (from: number, to: number) => hex.slice(from, to);
  return `${part(0, 8)}-${part(8, 12)}-${part(12, 16)}-${part(16, 20)}-${part(20, 32)}`;
}
