import streamsPb from '@eventstore/db-client/generated/streams_pb.js';
import type { ServerUnaryCall, sendUnaryData } from '@grpc/grpc-js';
import type { Removal } from '../embedded/messages.ts';
import type { Engine } from '../engine.ts';
import { invalid, Refused, refusalOf, streamDeleted, wrongExpectedVersion } from './refusals.ts';
import { expectedOf, streamNameOf } from './wire.ts';

export function deleteStream(
  engine: Engine,
  { request }: ServerUnaryCall<streamsPb.DeleteReq, streamsPb.DeleteResp>,
  answer: sendUnaryData<streamsPb.DeleteResp>,
): void {
  remove(engine, 'deleted', request.getOptions()).then(
    (position) =>
      answer(
        null,
        new streamsPb.DeleteResp().setPosition(
          new streamsPb.DeleteResp.Position()
            .setCommitPosition(position)
            .setPreparePosition(position),
        ),
      ),
    (cause) => answer(refusalOf(cause)),
  );
}

export function tombstoneStream(
  engine: Engine,
  { request }: ServerUnaryCall<streamsPb.TombstoneReq, streamsPb.TombstoneResp>,
  answer: sendUnaryData<streamsPb.TombstoneResp>,
): void {
  remove(engine, 'tombstoned', request.getOptions()).then(
    (position) =>
      answer(
        null,
        new streamsPb.TombstoneResp().setPosition(
          new streamsPb.TombstoneResp.Position()
            .setCommitPosition(position)
            .setPreparePosition(position),
        ),
      ),
    (cause) => answer(refusalOf(cause)),
  );
}

type Options = streamsPb.DeleteReq.Options | streamsPb.TombstoneReq.Options;

/** The position as text; what the protocol makes an error is thrown. */
async function remove(
  engine: Engine,
  removal: Removal,
  options: Options | undefined,
): Promise<string> {
  if (!options) throw new Refused(invalid('A removal names its stream.'));
  const stream = streamNameOf(options.getStreamIdentifier());
  const expected = expectedOf(options, options.getRevision());
  const outcome = await engine.remove({ stream, expected, removal });
  if (outcome.kind === 'removed') return outcome.position.toString();
  if (outcome.kind === 'stream-deleted') throw new Refused(streamDeleted(stream));
  throw new Refused(wrongExpectedVersion(stream, { expected, actual: outcome.revision }));
}
