import type persistentPb from '@eventstore/db-client/generated/persistent_pb.js';
import sharedPb from '@eventstore/db-client/generated/shared_pb.js';
import streamsPb from '@eventstore/db-client/generated/streams_pb.js';
import type { LogEvent } from '../embedded/messages.ts';
import type { StoredEvent } from '../embedded/rows.ts';
import type { ExpectedRevision } from '../port.ts';

/** Names travel as raw UTF-8. */
export function streamNameOf(identifier: sharedPb.StreamIdentifier | undefined): string {
  return identifier ? Buffer.from(identifier.getStreamName_asU8()).toString('utf8') : '';
}

export function streamIdentifier(name: string): sharedPb.StreamIdentifier {
  return new sharedPb.StreamIdentifier().setStreamName(new Uint8Array(Buffer.from(name)));
}

/** Both forms of a UUID that the protocol knows. */
export function uuidText(uuid: sharedPb.UUID | undefined): string {
  const structured = uuid?.getStructured();
  if (!structured) return uuid?.getString() ?? '';
  const bytes = Buffer.alloc(16);
  bytes.writeBigInt64BE(BigInt(structured.getMostSignificantBits()), 0);
  bytes.writeBigInt64BE(BigInt(structured.getLeastSignificantBits()), 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

type ExpectationOptions = {
  hasNoStream(): boolean;
  hasStreamExists(): boolean;
  hasAny(): boolean;
};

/** `revision` is what the options say when they name one. */
export function expectedOf(options: ExpectationOptions, revision: string): ExpectedRevision {
  if (options.hasAny()) return 'any';
  if (options.hasNoStream()) return 'no-stream';
  return options.hasStreamExists() ? 'stream-exists' : Number(revision);
}

type ProposedMessage =
  | streamsPb.AppendReq.ProposedMessage
  | streamsPb.BatchAppendReq.ProposedMessage;

const jsonContent = 'application/json';
const binaryContent = 'application/octet-stream';

export function proposedEvent(message: ProposedMessage): LogEvent {
  const properties = message.getMetadataMap();
  return {
    id: uuidText(message.getId()),
    type: properties.get('type') ?? '',
    data: message.getData_asU8(),
    metadata: message.getCustomMetadata_asU8(),
    json: properties.get('content-type') === jsonContent,
  };
}

/** An event, or what a link points to together with the link; a target that is gone is left out. */
export function readEvent(event: StoredEvent | null, link?: StoredEvent): streamsPb.ReadResp {
  const read = new streamsPb.ReadResp.ReadEvent();
  const recorded = () => new streamsPb.ReadResp.ReadEvent.RecordedEvent();
  if (event) read.setEvent(recordedEvent(recorded(), event));
  if (link) read.setLink(recordedEvent(recorded(), link));
  const position = (link ?? event)?.position ?? 0n;
  return new streamsPb.ReadResp().setEvent(read.setCommitPosition(position.toString()));
}

type Recorded =
  | streamsPb.ReadResp.ReadEvent.RecordedEvent
  | persistentPb.ReadResp.ReadEvent.RecordedEvent;

/** The log's time is told in units of 100 ns. */
const ticksPerMs = 10_000n;

/** Fills in a message of either service. */
export function recordedEvent<Message extends Recorded>(into: Message, event: StoredEvent) {
  const position = event.position.toString();
  into
    .setId(new sharedPb.UUID().setString(event.id))
    .setStreamIdentifier(streamIdentifier(event.stream))
    .setStreamRevision(event.revision.toString())
    .setCommitPosition(position)
    .setPreparePosition(position)
    .setData(event.data)
    .setCustomMetadata(event.metadata);
  into
    .getMetadataMap()
    .set('type', event.type)
    .set('content-type', event.json ? jsonContent : binaryContent)
    .set('created', (BigInt(event.recordedAtMs) * ticksPerMs).toString());
  return into;
}
