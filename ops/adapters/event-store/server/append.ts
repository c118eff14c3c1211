import sharedPb from '@eventstore/db-client/generated/shared_pb.js';
import streamsPb from '@eventstore/db-client/generated/streams_pb.js';
import type { ServerReadableStream, sendUnaryData } from '@grpc/grpc-js';
import type { LogEvent } from '../embedded/messages.ts';
import { bytesOfEvent } from '../embedded/messages.ts';
import type { Engine } from '../engine.ts';
import type { AppendOutcome, ExpectedRevision } from '../port.ts';
import type { Refusal } from './refusals.ts';
import { appendTooLarge, failure, invalid, streamDeleted } from './refusals.ts';
import { expectedOf, proposedEvent, streamNameOf } from './wire.ts';

type Call = ServerReadableStream<streamsPb.AppendReq, streamsPb.AppendResp>;

/** The classic append: options, then an event a message, then one answer. */
export function append(
  engine: Engine,
  call: Call,
  answer: sendUnaryData<streamsPb.AppendResp>,
): void {
  const events: LogEvent[] = [];
  let options: streamsPb.AppendReq.Options | undefined;
  let bytes = 0;
  call.on('data', (request: streamsPb.AppendReq) => {
    options ??= request.getOptions();
    const message = request.getProposedMessage();
    if (!message) return;
    const event = proposedEvent(message);
    bytes += bytesOfEvent(event);
    // What is too large is counted on, not kept.
    if (bytes <= engine.appendBytesMax) events.push(event);
  });
  call.on('end', () => {
    if (!options) return answer(invalid('The first message of an append holds its options.'));
    if (bytes > engine.appendBytesMax) return answer(appendTooLarge(engine.appendBytesMax));
    const stream = streamNameOf(options.getStreamIdentifier());
    const expected = expectedOf(options, options.getRevision());
    engine.append({ stream, expected, events }).then(
      (outcome) => {
        const response = responseOf(outcome, { stream, expected });
        if (response instanceof streamsPb.AppendResp) answer(null, response);
        else answer(response);
      },
      (cause) => answer(failure(cause)),
    );
  });
}

function responseOf(
  outcome: AppendOutcome,
  { stream, expected }: { stream: string; expected: ExpectedRevision },
): streamsPb.AppendResp | Refusal {
  if (outcome.kind === 'stream-deleted') return streamDeleted(stream);
  if (outcome.kind === 'too-large') return appendTooLarge(outcome.maxBytes);
  const response = new streamsPb.AppendResp();
  if (outcome.kind === 'conflict') {
    return response.setWrongExpectedVersion(conflict(outcome.revision, expected));
  }
  const position = outcome.position.toString();
  const success = new streamsPb.AppendResp.Success()
    .setCurrentRevision(outcome.revision.toString())
    .setPosition(
      new streamsPb.AppendResp.Position().setCommitPosition(position).setPreparePosition(position),
    );
  return response.setSuccess(success);
}

/** An ordinary answer here, not an error. */
function conflict(actual: number | 'no-stream' | 'unknown', expected: ExpectedRevision) {
  const wrong = new streamsPb.AppendResp.WrongExpectedVersion();
  if (typeof actual === 'number') wrong.setCurrentRevision(actual.toString());
  else wrong.setCurrentNoStream(new sharedPb.Empty());
  if (typeof expected === 'number') wrong.setExpectedRevision(expected.toString());
  else if (expected === 'any') wrong.setExpectedAny(new sharedPb.Empty());
  else if (expected === 'no-stream') wrong.setExpectedNoStream(new sharedPb.Empty());
  else wrong.setExpectedStreamExists(new sharedPb.Empty());
  return wrong;
}
