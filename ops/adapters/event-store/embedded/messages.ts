import type { EventToAppend, ExpectedRevision } from '../port.ts';

/** An event that may also be mere bytes; JSON unless told. */
export type LogEvent = EventToAppend & { readonly json?: boolean | undefined };

/** How a stream is removed: `deleted` may be written again, `tombstoned` never. */
export type Removal = 'deleted' | 'tombstoned';

/** What the writer is asked to do; the ticket finds its answer. */
export type WriteRequest = AppendWrite | RemoveWrite;

export type AppendWrite = {
  readonly ticket: number;
  readonly kind: 'append';
  readonly stream: string;
  readonly expected: ExpectedRevision;
  readonly events: readonly LogEvent[];
};

export type RemoveWrite = {
  readonly ticket: number;
  readonly kind: 'remove';
  readonly stream: string;
  readonly expected: ExpectedRevision;
  readonly removal: Removal;
};

/** What came of one request; the positions of an append are consecutive and end at this one. */
export type WriteResult =
  | {
      readonly ticket: number;
      readonly kind: 'appended';
      readonly revision: number;
      readonly position: number;
      readonly fresh: boolean; // false: it was there already
    }
  | { readonly ticket: number; readonly kind: 'removed'; readonly position: number }
  | { readonly ticket: number; readonly kind: 'conflict'; readonly revision: number | 'no-stream' }
  | { readonly ticket: number; readonly kind: 'stream-deleted' }
  | { readonly ticket: number; readonly kind: 'failed'; readonly reason: string };

/** What the writer tells; `flushed` is one transaction and the results that it made durable. */
export type FromWriter =
  | { readonly kind: 'ready' }
  | { readonly kind: 'unusable'; readonly reason: string }
  | { readonly kind: 'flushed'; readonly wrote: boolean; readonly results: readonly WriteResult[] };

/** Requests of one turn of the event loop, all their bytes in one buffer that changes hands. */
export type Parcel = {
  readonly requests: readonly (PackedAppend | RemoveWrite)[];
  readonly bytes: ArrayBuffer;
  readonly nowMs: number;
};

type PackedAppend = Omit<AppendWrite, 'events'> & { readonly events: readonly PackedEvent[] };

type PackedEvent = {
  readonly id: string;
  readonly type: string;
  readonly dataBytes: number;
  readonly metadataBytes: number;
  readonly json: boolean;
};

export function pack(requests: readonly WriteRequest[], nowMs: number): Parcel {
  const contents = requests.flatMap((request) => (request.kind === 'append' ? request.events : []));
  const length = contents.reduce((sum, event) => sum + bytesOfEvent(event), 0);
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const { data, metadata } of contents) {
    bytes.set(data, offset);
    bytes.set(metadata, offset + data.length);
    offset += data.length + metadata.length;
  }
  const packed = requests.map((request) =>
    request.kind === 'append' ? { ...request, events: request.events.map(lengths) } : request,
  );
  return { requests: packed, bytes: bytes.buffer, nowMs };
}

export function unpack({ requests, bytes }: Parcel): WriteRequest[] {
  let offset = 0;
  const take = (length: number): Uint8Array => {
    offset += length;
    return new Uint8Array(bytes, offset - length, length);
  };
  return requests.map((request) => {
    if (request.kind === 'remove') return request;
    const events = request.events.map(({ id, type, json, ...length }) => ({
      ...{ id, type, json, data: take(length.dataBytes), metadata: take(length.metadataBytes) },
    }));
    return { ...request, events };
  });
}

export function bytesOfEvent({ data, metadata }: LogEvent): number {
  return data.length + metadata.length;
}

function lengths({ id, type, data, metadata, json = true }: LogEvent): PackedEvent {
  return { id, type, dataBytes: data.length, metadataBytes: metadata.length, json };
}
