import type streamsPb from '@eventstore/db-client/generated/streams_pb.js';
import type { ServerDuplexStream } from '@grpc/grpc-js';
import type { LogEvent } from '../embedded/messages.ts';
import { bytesOfEvent } from '../embedded/messages.ts';
import type { Engine } from '../engine.ts';
import type { ExpectedRevision } from '../port.ts';
import type { BatchOutcome } from './batch-answers.ts';
import { batchAnswer } from './batch-answers.ts';
import { closing } from './refusals.ts';
import { expectedOf, proposedEvent, streamNameOf, uuidText } from './wire.ts';

type Call = ServerDuplexStream<streamsPb.BatchAppendReq, streamsPb.BatchAppendResp>;

/** An append of which not all parts have come. */
type Unfinished = {
  readonly stream: string;
  readonly expected: ExpectedRevision;
  readonly deadlineMs: number; // 0: none
  readonly events: LogEvent[];
  bytes: number;
};

/** Above this the call is not read on until some of it is written. */
const writingBytesMax = 32 * 1_048_576;

/**
 * One long call that carries all appends of a connection, their parts mixed. Each is answered once,
 * by its own correlation id, and none that fails harms another.
 */
export function batchAppend(engine: Engine, call: Call): void {
  const unfinished = new Map<string, Unfinished>();
  let writingBytes = 0;
  let writing = 0;
  let ended = false;

  const finish = async (id: string, append: Unfinished): Promise<void> => {
    writing += 1;
    writingBytes += append.bytes;
    if (writingBytes > writingBytesMax) call.pause();
    const outcome = await write(engine, append);
    writing -= 1;
    writingBytes -= append.bytes;
    if (writingBytes <= writingBytesMax) call.resume();
    if (call.cancelled) return;
    if (engine.closed.aborted) call.emit('error', closing);
    else call.write(batchAnswer(id, append, outcome));
    if (ended && writing === 0) call.end();
  };

  call.on('data', (request: streamsPb.BatchAppendReq) => {
    const id = uuidText(request.getCorrelationId());
    const append = unfinished.get(id) ?? begin(request);
    if (!append) return; // parts of nothing
    take(append, request, engine.appendBytesMax);
    if (!request.getIsFinal()) {
      unfinished.set(id, append);
      return;
    }
    unfinished.delete(id);
    void finish(id, append);
  });
  call.on('end', () => {
    ended = true;
    if (writing === 0) call.end();
  });
}

function begin(request: streamsPb.BatchAppendReq): Unfinished | null {
  const options = request.getOptions();
  if (!options) return null;
  const deadline = options.getDeadline();
  return {
    stream: streamNameOf(options.getStreamIdentifier()),
    expected: expectedOf(options, options.getStreamPosition()),
    deadlineMs: deadline ? deadline.getSeconds() * 1_000 + deadline.getNanos() / 1e6 : 0,
    events: [],
    bytes: 0,
  };
}

/** What is too large is counted on, not kept: it is refused when its last part has come. */
function take(append: Unfinished, request: streamsPb.BatchAppendReq, bytesMax: number): void {
  for (const message of request.getProposedMessagesList()) {
    const event = proposedEvent(message);
    append.bytes += bytesOfEvent(event);
    if (append.bytes <= bytesMax) append.events.push(event);
    else append.events.length = 0;
  }
}

async function write(engine: Engine, append: Unfinished): Promise<BatchOutcome> {
  const { deadlineMs, bytes, stream, expected, events } = append;
  if (deadlineMs > 0 && Date.now() > deadlineMs) return { kind: 'too-late' };
  const maxBytes = engine.appendBytesMax;
  if (bytes > maxBytes) return { kind: 'too-large', maxBytes };
  try {
    return await engine.append({ stream, expected, events });
  } catch (cause) {
    return { kind: 'failed', reason: cause instanceof Error ? cause.message : 'The log failed.' };
  }
}
