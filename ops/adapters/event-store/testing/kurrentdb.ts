import type { EventData, Filter } from '@kurrent/kurrentdb-client';
import {
  BACKWARDS,
  binaryEvent,
  END,
  excludeSystemEvents,
  FORWARDS,
  jsonEvent,
  KurrentDBClient,
  MaxAppendSizeExceededError,
  START,
  StreamDeletedError,
  StreamNotFoundError,
  WrongExpectedVersionError,
} from '@kurrent/kurrentdb-client';
import { isSystemEvent } from '../embedded/rows.ts';
import type { Inbox } from '../eventstoredb/inbox.ts';
import { openInbox } from '../eventstoredb/inbox.ts';
import type {
  AppendOutcome,
  AppendRequest,
  EventStore,
  EventToAppend,
  ExpectedRevision,
  ReadAll,
  ReadStream,
  RecordedEvent,
  SubscribeToAll,
  SubscriptionItem,
} from '../port.ts';
import { EventStoreUnavailable } from '../port.ts';

type Driver = {
  readonly client: KurrentDBClient;
  readonly closed: AbortSignal;
  readonly count: { appends: number; eventsWritten: number; eventsRead: number };
};

const pageEventsMax = 500;

/**
 * The port by KurrentDB's client, for the contract only: it reads by a library of its own, in Rust,
 * and so sees what the client that we use in earnest might overlook. A subscription that is cut
 * ends here. The two clients cannot be in one process: each defines the protocol's messages anew,
 * at the same global names.
 */
export function openKurrentDb(connectionString: string): EventStore {
  const client = KurrentDBClient.connectionString(connectionString);
  const closing = new AbortController();
  const count = { appends: 0, eventsWritten: 0, eventsRead: 0 };
  const driver: Driver = { client, closed: closing.signal, count };
  const newest = async (filter?: Filter): Promise<bigint> => {
    const options = { direction: BACKWARDS, fromPosition: END, maxCount: 1 } as const;
    for await (const read of client.readAll(filter ? { ...options, filter } : options)) {
      return read.event?.position?.commit ?? 0n;
    }
    return 0n;
  };
  return {
    append: (request) => append(driver, request),
    readStream: (request) => readStream(driver, request),
    readAll: (request) => readAll(driver, request),
    subscribeToAll: (request) => subscribe(driver, request),
    keepNewest: async (stream, maxCount) => {
      const { metadata } = await client.getStreamMetadata(stream);
      if (metadata?.maxCount === maxCount) return;
      await client.setStreamMetadata(stream, { ...metadata, maxCount });
    },
    head: () => newest(excludeSystemEvents()),
    end: () => newest(),
    health: async () => ({ ok: true }),
    counters: () => ({ ...count, flushes: 0 }),
    [Symbol.asyncDispose]: async () => {
      closing.abort();
      await client.dispose();
    },
  };
}

async function append(driver: Driver, request: AppendRequest): Promise<AppendOutcome> {
  if (driver.closed.aborted) throw new EventStoreUnavailable('The log is closed.');
  const events = request.events.map(toEventData);
  try {
    const streamState = stateOf(request.expected);
    const result = await driver.client.appendToStream(request.stream, events, { streamState });
    const position = result.position?.commit ?? 0n;
    driver.count.appends += 1;
    driver.count.eventsWritten += events.length;
    const revision = Number(result.nextExpectedRevision);
    return { kind: 'appended', revision, position, positions: [position] };
  } catch (cause) {
    if (cause instanceof WrongExpectedVersionError) {
      const { actualState } = cause;
      const revision = typeof actualState === 'bigint' ? Number(actualState) : 'no-stream';
      return { kind: 'conflict', revision };
    }
    if (cause instanceof StreamDeletedError) return { kind: 'stream-deleted' };
    if (cause instanceof MaxAppendSizeExceededError) {
      return { kind: 'too-large', maxBytes: cause.maxAppendSize };
    }
    throw cause;
  }
}

function stateOf(expected: ExpectedRevision) {
  if (typeof expected === 'number') return BigInt(expected);
  const words = { any: 'any', 'no-stream': 'no_stream', 'stream-exists': 'stream_exists' } as const;
  return words[expected];
}

type Read = {
  readonly id: string;
  readonly streamId: string;
  readonly revision: bigint;
  readonly type: string;
  readonly created: Date;
  readonly data: unknown;
  readonly metadata?: unknown;
  readonly position?: { readonly commit: bigint } | undefined;
};
type Resolved = { readonly event?: Read | undefined };
type Wanting = { readonly eventsMax: number; readonly wanted: (event: RecordedEvent) => boolean };

async function* readStream(
  driver: Driver,
  { stream, from, direction, eventsMax = Number.MAX_SAFE_INTEGER }: ReadStream,
): AsyncGenerator<readonly RecordedEvent[]> {
  if (eventsMax <= 0) return;
  const named = { start: START, end: END } as const;
  const events = driver.client.readStream(stream, {
    direction: direction === 'forwards' ? FORWARDS : BACKWARDS,
    fromRevision: typeof from === 'number' ? BigInt(from) : named[from],
    maxCount: eventsMax,
  });
  yield* pages(driver, events, { eventsMax, wanted: () => true });
}

async function* readAll(
  driver: Driver,
  { after, eventsMax = Number.MAX_SAFE_INTEGER }: ReadAll,
): AsyncGenerator<readonly RecordedEvent[]> {
  const fromPosition = after === 0n ? START : { commit: after, prepare: after };
  const wanted = (event: RecordedEvent): boolean => !isSystemEvent(event) && event.position > after;
  yield* pages(driver, driver.client.readAll({ fromPosition }), { eventsMax, wanted });
}

async function* pages(
  { count }: Driver,
  events: AsyncIterable<Resolved>,
  { eventsMax, wanted }: Wanting,
): AsyncGenerator<readonly RecordedEvent[]> {
  let page: RecordedEvent[] = [];
  let left = eventsMax;
  try {
    for await (const { event: read } of events) {
      const event = read && toRecorded(read);
      if (!event || !wanted(event)) continue;
      page.push(event);
      count.eventsRead += 1;
      left -= 1;
      if (left === 0) break;
      if (page.length < pageEventsMax) continue;
      yield page;
      page = [];
    }
  } catch (cause) {
    if (!(cause instanceof StreamNotFoundError || cause instanceof StreamDeletedError)) throw cause;
  }
  if (page.length > 0) yield page;
}

async function* subscribe(
  { client, closed }: Driver,
  { after, streamPrefixes, signal }: SubscribeToAll,
): AsyncGenerator<SubscriptionItem> {
  const over = AbortSignal.any([signal, closed]);
  if (over.aborted) return;
  const inbox = openInbox(over);
  const fromPosition = after === 0n ? START : { commit: after, prepare: after };
  const subscription = client.subscribeToAll({ fromPosition });
  const take = (event: RecordedEvent, from: Parameters<Inbox['take']>[1]): void =>
    inbox.take(event, from);
  subscription
    .on('data', ({ event }) => event && take(toRecorded(event), subscription))
    .on('caughtUp', () => inbox.mark({ kind: 'caught-up' }, subscription.readableLength))
    .on('error', inbox.end)
    .on('end', inbox.end);
  try {
    for await (const batch of inbox) {
      for (const entry of batch) {
        if (over.aborted) return;
        yield 'kind' in entry ? entry : itemOf(entry, streamPrefixes);
      }
    }
  } finally {
    void subscription.unsubscribe().catch(() => undefined);
  }
}

function itemOf(
  event: RecordedEvent,
  streamPrefixes: readonly string[] | undefined,
): SubscriptionItem {
  const { stream, position } = event;
  const mine = streamPrefixes?.some((prefix) => stream.startsWith(prefix)) ?? true;
  const wanted = mine && !isSystemEvent(event);
  return wanted ? { kind: 'events', events: [event] } : { kind: 'checkpoint', position };
}

/** As JSON where it would be printed like that again, so that both kinds are seen. */
function toEventData({ id, type, data, metadata: about }: EventToAppend): EventData {
  const text = Buffer.from(data).toString('utf8');
  const metadata = about.length > 0 ? JSON.parse(Buffer.from(about).toString('utf8')) : undefined;
  const printed = JSON.stringify(JSON.parse(text)) === text;
  if (printed) return jsonEvent({ id, type, data: JSON.parse(text), metadata });
  return binaryEvent({ id, type, data, metadata });
}

function toRecorded(event: Read): RecordedEvent {
  return {
    ...{ id: event.id, stream: event.streamId, type: event.type },
    revision: Number(event.revision),
    position: event.position?.commit ?? 0n,
    data: bytesOf(event.data),
    metadata: event.metadata === undefined ? new Uint8Array() : bytesOf(event.metadata),
    recordedAtMs: event.created.getTime(),
  };
}

function bytesOf(content: unknown): Uint8Array {
  return content instanceof Uint8Array ? content : Buffer.from(JSON.stringify(content));
}
