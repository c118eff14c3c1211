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

type GroupName = { readonly stream: string; readonly group: string };

export function groupExists(name: GroupName): Refusal {
  const sentence = `Subscription group ${name.group} on stream ${name.stream} already exists.`;
  return ofGroup(status.ALREADY_EXISTS, sentence, { exception: 'exists', ...name });
}

/** In these very words. */
export function noGroup(name: GroupName): Refusal {
  const sentence = `Subscription group ${name.group} on stream ${name.stream} does not exist.`;
  return ofGroup(status.NOT_FOUND, sentence, { exception: 'does-not-exist', ...name });
}

/** The server ended a subscription: the group was changed, removed or restarted. */
export function groupDropped(name: GroupName, why: string): Refusal {
  const sentence = `Subscription group ${name.group} on stream ${name.stream} ${why}.`;
  return ofGroup(status.CANCELLED, sentence, { exception: 'dropped', ...name });
}

export function subscribersMax(name: GroupName): Refusal {
  const sentence = `Subscription group ${name.group} has as many subscribers as it may have.`;
  return refusal(status.FAILED_PRECONDITION, sentence, {
    exception: 'maximum-subscribers-reached',
    ...groupTrailers(name),
  });
}

/** More than the server bears. */
export function exhausted(sentence: string): Refusal {
  return refusal(status.RESOURCE_EXHAUSTED, sentence, {});
}

function ofGroup(
  code: status,
  sentence: string,
  { exception, ...name }: GroupName & { readonly exception: string },
): Refusal {
  const trailers = { exception: `persistent-subscription-${exception}`, ...groupTrailers(name) };
  return refusal(code, sentence, trailers);
}

function groupTrailers({ stream, group }: GroupName) {
  return { 'stream-name': stream, 'group-name': group };
}

/** A refusal on its way to the end of a call. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    super(refusal.details);
    this.refusal = refusal;
  }
}

export function refusalOf(cause: unknown): Refusal {
  return cause instanceof Refused ? cause.refusal : failure(cause);
}

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
