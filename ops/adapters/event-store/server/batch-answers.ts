import codePb from '@eventstore/db-client/generated/code_pb.js';
import sharedPb from '@eventstore/db-client/generated/shared_pb.js';
import statusPb from '@eventstore/db-client/generated/status_pb.js';
import streamsPb from '@eventstore/db-client/generated/streams_pb.js';
import anyPb from 'google-protobuf/google/protobuf/any_pb.js';
import emptyPb from 'google-protobuf/google/protobuf/empty_pb.js';
import type { AppendOutcome, ExpectedRevision } from '../port.ts';
import { streamIdentifier } from './wire.ts';

/** What an append in a batch call comes to. */
export type BatchOutcome =
  | AppendOutcome
  | { readonly kind: 'too-late' }
  | { readonly kind: 'failed'; readonly reason: string };

type Asked = { readonly stream: string; readonly expected: ExpectedRevision };

/**
 * The one answer to a correlation id; the stream is always named, as the client reads it blindly.
 */
export function batchAnswer(
  correlationId: string,
  { stream, expected }: Asked,
  outcome: BatchOutcome,
): streamsPb.BatchAppendResp {
  const answer = new streamsPb.BatchAppendResp()
    .setCorrelationId(new sharedPb.UUID().setString(correlationId))
    .setStreamIdentifier(streamIdentifier(stream));
  if (outcome.kind !== 'appended') return answer.setError(errorOf(outcome, { stream, expected }));
  const position = outcome.position.toString();
  const success = new streamsPb.BatchAppendResp.Success()
    .setCurrentRevision(outcome.revision.toString())
    .setPosition(
      new sharedPb.AllStreamPosition().setCommitPosition(position).setPreparePosition(position),
    );
  return answer.setSuccess(success);
}

type Failure = Exclude<BatchOutcome, { readonly kind: 'appended' }>;
type Detail = readonly [type: string, message: { serializeBinary(): Uint8Array }];

function errorOf(outcome: Failure, asked: Asked): statusPb.Status {
  const [type, message] = detailOf(outcome, asked);
  const details = new anyPb.Any();
  details.pack(message.serializeBinary(), `event_store.client.${type}`);
  const text = outcome.kind === 'failed' ? outcome.reason : outcome.kind;
  return new statusPb.Status().setCode(codes[outcome.kind]).setMessage(text).setDetails(details);
}

const codes = {
  conflict: codePb.Code.FAILED_PRECONDITION,
  'stream-deleted': codePb.Code.FAILED_PRECONDITION,
  'too-large': codePb.Code.INVALID_ARGUMENT,
  'too-late': codePb.Code.DEADLINE_EXCEEDED,
  failed: codePb.Code.UNKNOWN,
} as const;

function detailOf(outcome: Failure, { stream, expected }: Asked): Detail {
  switch (outcome.kind) {
    case 'conflict':
      return ['WrongExpectedVersion', conflict(outcome.revision, expected)];
    case 'stream-deleted': {
      const named = new sharedPb.StreamDeleted().setStreamIdentifier(streamIdentifier(stream));
      return ['StreamDeleted', named];
    }
    case 'too-large': {
      const exceeded = new sharedPb.MaximumAppendSizeExceeded().setMaxappendsize(outcome.maxBytes);
      return ['MaximumAppendSizeExceeded', exceeded];
    }
    case 'too-late':
      return ['Timeout', new sharedPb.Timeout()];
    case 'failed':
      return ['Unknown', new sharedPb.Unknown()];
  }
}

function conflict(actual: number | 'no-stream' | 'unknown', expected: ExpectedRevision) {
  const wrong = new sharedPb.WrongExpectedVersion();
  if (typeof actual === 'number') wrong.setCurrentStreamRevision(actual.toString());
  else wrong.setCurrentNoStream(new emptyPb.Empty());
  if (typeof expected === 'number') wrong.setExpectedStreamPosition(expected.toString());
  else if (expected === 'any') wrong.setExpectedAny(new emptyPb.Empty());
  else if (expected === 'no-stream') wrong.setExpectedNoStream(new emptyPb.Empty());
  else wrong.setExpectedStreamExists(new emptyPb.Empty());
  return wrong;
}
