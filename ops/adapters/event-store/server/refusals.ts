import { Metadata, status } from '@grpc/grpc-js';
import type { ExpectedRevision } from '../port.ts';
import { EventStoreUnavailable } from '../port.ts';

/** What ends a call; the client tells its kind by the trailer `exception`. */
export type Refusal = {
  readonly code: status;
  readonly details: string;
  readonly metadata: Metadata;
};

export function wrongExpectedVersion(
  stream: string,
  { expected, actual }: { expected: ExpectedRevision; actual: number | 'no-stream' | 'unknown' },
): Refusal {
  const known = typeof actual === 'number' ? { 'actual-version': `${actual}` } : {};
  return refusal(status.FAILED_PRECONDITION, 'The stream is not at the expected revision.', {
    exception: 'wrong-expected-version',
    'stream-name': stream,
    'expected-version': expectedNumber(expected),
    ...known,
  });
}

export function streamDeleted(stream: string): Refusal {
  const trailers = { exception: 'stream-deleted', 'stream-name': stream };
  return refusal(status.FAILED_PRECONDITION, 'The stream was deleted for good.', trailers);
}

export function appendTooLarge(maxBytes: number): Refusal {
  return refusal(status.INVALID_ARGUMENT, `An append may hold ${maxBytes} bytes.`, {
    exception: 'maximum-append-size-exceeded',
    'maximum-append-size': `${maxBytes}`,
  });
}

export function invalid(sentence: string): Refusal {
  return refusal(status.INVALID_ARGUMENT, sentence, {});
}

export const closing: Refusal = refusal(status.UNAVAILABLE, 'The server is closing.', {});

export const persistentSubscriptions: Refusal = refusal(
  status.UNIMPLEMENTED,
  'This server has no persistent subscriptions: ' +
    'follow the stream or $all with a catch-up subscription.',
  {},
);

/** A failure of the log as the client is told it. */
export function failure(cause: unknown): Refusal {
  const details = cause instanceof Error ? cause.message : 'The log failed.';
  const unavailable = cause instanceof EventStoreUnavailable;
  return refusal(unavailable ? status.UNAVAILABLE : status.UNKNOWN, details, {});
}

function refusal(code: status, details: string, trailers: Record<string, string>): Refusal {
  const metadata = new Metadata();
  for (const [key, value] of Object.entries(trailers)) metadata.set(key, ascii(value));
  return { code, details: ascii(details), metadata };
}

/** Trailers take printable ASCII only; other names are told percent-encoded. */
function ascii(text: string): string {
  return /^[\x20-\x7e]*$/.test(text) ? text : encodeURIComponent(text.toWellFormed());
}

function expectedNumber(expected: ExpectedRevision): string {
  if (typeof expected === 'number') return `${expected}`;
  return { any: '-2', 'no-stream': '-1', 'stream-exists': '-4' }[expected];
}
