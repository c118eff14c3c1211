import type { ReadRevision, ReadStreamOptions } from '@eventstore/db-client';
import { BACKWARDS, END, ErrorType, FORWARDS, START } from '@eventstore/db-client';
import type { ReadAll, ReadStream, RecordedEvent } from '../port.ts';
import { EventStoreUnavailable } from '../port.ts';
import { isSystemEvent, toRecorded } from './contents.ts';
import type { Driver } from './driver.ts';
import { failureType, unavailable } from './failures.ts';

const pageEventsMax = 500;
const firstLook = 16; // events from the end

/** Where the server was told how many: it ends by itself. */
const wholeAnswer = { eventsMax: Number.POSITIVE_INFINITY, wanted: () => true };

export async function* readStream(
  driver: Driver,
  { stream, from, direction, eventsMax = Number.MAX_SAFE_INTEGER }: ReadStream,
): AsyncGenerator<readonly RecordedEvent[]> {
  if (eventsMax <= 0) return;
  const options: ReadStreamOptions = {
    direction: direction === 'forwards' ? FORWARDS : BACKWARDS,
    fromRevision: revisionOf(from),
    maxCount: eventsMax,
  };
  const events = open(driver, () => driver.client.readStream(stream, options));
  yield* pages(driver, events, wholeAnswer);
}

export async function* readAll(
  driver: Driver,
  { after, eventsMax = Number.MAX_SAFE_INTEGER }: ReadAll,
): AsyncGenerator<readonly RecordedEvent[]> {
  if (eventsMax <= 0) return;
  const fromPosition = after === 0n ? START : { commit: after, prepare: after };
  const events = open(driver, () => driver.client.readAll({ fromPosition }));
  // The server begins with the event at the position.
  const wanted = (event: Read): boolean =>
    !isSystemEvent(event) && (event.position?.commit ?? 0n) > after;
  yield* pages(driver, events, { eventsMax, wanted });
}

/** Position of the newest event that is not the system's own. */
export async function head(driver: Driver): Promise<bigint> {
  for (let eventsMax = firstLook; ; eventsMax *= 16) {
    const newest = await newestOf(driver, eventsMax);
    const own = newest.find(({ stream, type }) => !isSystemEvent({ streamId: stream, type }));
    if (own || newest.length < eventsMax) return own?.position ?? 0n;
  }
}

/** Position of the newest event of all. */
export async function end(driver: Driver): Promise<bigint> {
  const [newest] = await newestOf(driver, 1);
  return newest?.position ?? 0n;
}

/** The newest first. */
async function newestOf(driver: Driver, maxCount: number): Promise<readonly RecordedEvent[]> {
  const events = open(driver, () =>
    driver.client.readAll({ direction: BACKWARDS, fromPosition: END, maxCount }),
  );
  const found: RecordedEvent[] = [];
  for await (const page of pages(driver, events, wholeAnswer)) found.push(...page);
  return found;
}

/** The rule is written once; repeating it costs a read. */
export async function keepNewest(driver: Driver, stream: string, count: number): Promise<void> {
  try {
    const { metadata } = await driver.client.getStreamMetadata(stream);
    if (metadata?.maxCount === count) return;
    await driver.client.setStreamMetadata(stream, { ...metadata, maxCount: count });
  } catch (cause) {
    throw unavailable(cause);
  }
}

function revisionOf(from: ReadStream['from']): ReadRevision {
  if (from === 'start') return START;
  return from === 'end' ? END : BigInt(from);
}

type Read = Parameters<typeof toRecorded>[0];
type Resolved = { readonly event?: Read | undefined };
type Reading = AsyncIterable<Resolved> & {
  cancel(): Promise<void>;
  on(event: 'error', listener: () => void): Reading;
};

function open(driver: Driver, start: () => Reading): Reading {
  if (driver.closed.aborted) throw new EventStoreUnavailable('The log is closed.');
  // A failure that comes when the reader has left already concerns nobody.
  return start().on('error', () => undefined);
}

/**
 * A stream that is not there has no events. Cancels the call only when the reader has enough before
 * it ends: a server ends the connection of a client that cancels thousands in a moment, and all
 * that is under way with it (the rapid reset of HTTP/2).
 */
async function* pages(
  { count }: Driver,
  reading: Reading,
  { eventsMax, wanted }: { eventsMax: number; wanted: (event: Read) => boolean },
): AsyncGenerator<readonly RecordedEvent[]> {
  let page: RecordedEvent[] = [];
  let left = eventsMax;
  let ended = false;
  try {
    for await (const { event } of reading) {
      if (!event || !wanted(event)) continue;
      page.push(toRecorded(event));
      count.eventsRead += 1;
      left -= 1;
      if (left === 0) break;
      if (page.length < pageEventsMax) continue;
      yield page;
      page = [];
    }
    ended = left > 0;
  } catch (cause) {
    ended = true;
    const nothing: (ErrorType | null)[] = [ErrorType.STREAM_NOT_FOUND, ErrorType.STREAM_DELETED];
    if (!nothing.includes(failureType(cause))) throw unavailable(cause);
  } finally {
    if (!ended) void reading.cancel().catch(() => undefined);
  }
  if (page.length > 0) yield page;
}
