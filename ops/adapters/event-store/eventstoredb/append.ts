import type { AppendResult } from '@eventstore/db-client';
import {
  MaxAppendSizeExceededError,
  StreamDeletedError,
  WrongExpectedVersionError,
} from '@eventstore/db-client';
import type { AppendOutcome, AppendRequest, ExpectedRevision } from '../port.ts';
import { EventStoreUnavailable } from '../port.ts';
import { toEventData } from './contents.ts';
import type { Driver } from './driver.ts';
import { unavailable } from './failures.ts';

/**
 * All appends of this process travel on one long call; the client batches, the server answers each.
 */
export async function append(driver: Driver, request: AppendRequest): Promise<AppendOutcome> {
  const { client, deadlineMs, closed, count } = driver;
  if (closed.aborted) throw new EventStoreUnavailable('The log is closed.');
  const events = request.events.map(toEventData);
  try {
    const expectedRevision = expectedOf(request.expected);
    const options = { expectedRevision, deadline: deadlineMs };
    const outcome = outcomeOf(await client.appendToStream(request.stream, events, options));
    if (outcome.kind === 'appended') {
      count.appends += 1;
      count.eventsWritten += events.length;
    }
    return outcome;
  } catch (cause) {
    return refusalOf(cause);
  }
}

function expectedOf(expected: ExpectedRevision) {
  if (typeof expected === 'number') return BigInt(expected);
  return { any: 'any', 'no-stream': 'no_stream', 'stream-exists': 'stream_exists' }[expected] as
    | 'any'
    | 'no_stream'
    | 'stream_exists';
}

/**
 * A connection string may say throwOnAppendFailure=false. A conflict then claims revision 1
 * whatever the real one is, as this client turns a boolean into a number: it is told as unknown.
 */
function outcomeOf({ success, nextExpectedRevision, position }: AppendResult): AppendOutcome {
  if (!success) return { kind: 'conflict', revision: 'unknown' };
  const at = position?.commit ?? 0n;
  return {
    kind: 'appended',
    revision: Number(nextExpectedRevision),
    position: at,
    positions: [at],
  };
}

function refusalOf(cause: unknown): AppendOutcome {
  if (cause instanceof WrongExpectedVersionError) {
    const { actualVersion } = cause;
    const revision = typeof actualVersion === 'bigint' ? Number(actualVersion) : 'no-stream';
    return { kind: 'conflict', revision };
  }
  if (cause instanceof StreamDeletedError) return { kind: 'stream-deleted' };
  if (cause instanceof MaxAppendSizeExceededError) {
    return { kind: 'too-large', maxBytes: cause.maxAppendSize };
  }
  throw unavailable(cause);
}
