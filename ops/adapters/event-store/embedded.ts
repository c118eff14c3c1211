import { Worker } from 'node:worker_threads';
import { PlainError } from '../../plain-error.ts';
import type { FromWriter, WriteRequest, WriteResult } from './embedded/messages.ts';
import type { Reader } from './embedded/reader.ts';
import { openReader } from './embedded/reader.ts';
import type {
  AppendOutcome,
  AppendRequest,
  EventStore,
  ReadAll,
  ReadStream,
  RecordedEvent,
  SubscribeToAll,
  SubscriptionItem,
} from './port.ts';
import { EventStoreUnavailable } from './port.ts';

export type EmbeddedEventStoreOptions = {
  readonly path: string; // of the file
  readonly appendBytesMax?: number | undefined; // over all events of one append; 1 MiB unless told
  readonly queueBytesMax?: number | undefined; // waiting for the writer; 64 MiB unless told
};

const pageEventsMax = 1_000;

/**
 * The log on one SQLite file. Writing happens on a thread of its own, which flushes everything that waits
 * at once; reading happens here, a bounded page at a time. A subscription reads on from its own position
 * whenever a flush is told, so that history and live are one and the same.
 */
export async function openEmbeddedEventStore(
  options: EmbeddedEventStoreOptions,
): Promise<EventStore> {
  const { path, appendBytesMax = 1_048_576, queueBytesMax = 64 * 1_048_576 } = options;
  const writer = await startWriter(path);
  const reader = openReader(path);
  const bell = openBell();
  const waiting = new Map<number, Waiting>();
  const counters = { appends: 0, flushes: 0, eventsWritten: 0 };
  const closing = new AbortController();
  let outbox: WriteRequest[] = [];
  let queuedBytes = 0;
  let tickets = 0;
  let gone: string | null = null;

  const post = (): void => {
    const requests = outbox;
    outbox = [];
    if (requests.length > 0) writer.postMessage(requests);
  };
  const settle = (result: WriteResult): void => {
    const request = waiting.get(result.ticket);
    if (!request) return;
    waiting.delete(result.ticket);
    queuedBytes -= request.bytes;
    if (result.kind === 'failed') {
      return request.reject(
        new EventStoreUnavailable(`The log was not written: ${result.reason}.`),
      );
    }
    if (result.kind === 'appended' && result.fresh) {
      counters.appends += 1;
      counters.eventsWritten += request.count;
    }
    request.resolve(toOutcome(result, request.count));
  };
  const failAll = (reason: string): void => {
    gone = reason;
    for (const { reject } of waiting.values()) reject(new EventStoreUnavailable(reason));
    waiting.clear();
    bell.ring();
  };
  writer.on('message', (message: FromWriter) => {
    if (message.kind !== 'flushed') return;
    if (message.results.some((result) => result.kind === 'appended' && result.fresh)) {
      counters.flushes += 1;
    }
    for (const result of message.results) settle(result);
    bell.ring();
  });
  writer.on('error', (cause) => failAll(`The writer of the log stopped (${cause.name}).`));
  writer.on('exit', () => failAll('The log is closed.'));

  const append = (request: AppendRequest): Promise<AppendOutcome> => {
    const bytes = bytesOf(request);
    if (bytes > appendBytesMax) {
      return Promise.resolve({ kind: 'too-large', maxBytes: appendBytesMax });
    }
    if (gone !== null) return Promise.reject(new EventStoreUnavailable(gone));
    if (queuedBytes + bytes > queueBytesMax) {
      return Promise.reject(new EventStoreUnavailable('The log is overloaded: try again later.'));
    }
    queuedBytes += bytes;
    tickets += 1;
    const ticket = tickets;
    if (outbox.length === 0) queueMicrotask(post);
    outbox.push({ ticket, ...request });
    return new Promise((resolve, reject) => {
      waiting.set(ticket, { resolve, reject, bytes, count: request.events.length });
    });
  };

  const store: EventStore = {
    append,
    readStream: (request) => readStream(reader, request),
    readAll: (request) => readAll(reader, request),
    subscribeToAll: (request) => subscribe(reader, { request, bell, closed: closing.signal }),
    keepNewest: (stream, count) => keepNewest(store, reader, { stream, count }),
    head: async () => reader.head(),
    health: async () => (gone === null ? { ok: true } : { ok: false, reason: gone }),
    counters: () => ({ ...counters, eventsRead: reader.eventsRead() }),
    [Symbol.asyncDispose]: async () => {
      post();
      closing.abort();
      bell.ring();
      const exited = new Promise<void>((resolve) => writer.once('exit', () => resolve()));
      writer.postMessage('close');
      await exited;
      reader.close();
    },
  };
  return store;
}

type Waiting = {
  readonly resolve: (outcome: AppendOutcome) => void;
  readonly reject: (cause: Error) => void;
  readonly bytes: number;
  readonly count: number;
};

type Bell = { ring(): void; rung(): Promise<void> };

function startWriter(path: string): Promise<Worker> {
  const worker = new Worker(new URL('./embedded/writer.ts', import.meta.url), {
    workerData: { path },
  });
  return new Promise((resolve, reject) => {
    worker.once('error', reject);
    worker.once('message', (message: FromWriter) => {
      worker.off('error', reject);
      if (message.kind === 'ready') return resolve(worker);
      const reason = message.kind === 'unusable' ? message.reason : 'unknown';
      void worker.terminate();
      reject(
        new PlainError(
          `The log ${path} cannot be opened: ${reason}. Restore it from a backup, ` +
            'free the disk, or name another folder with PARLEY_DATA.',
        ),
      );
    });
  });
}

function toOutcome(
  result: Exclude<WriteResult, { readonly kind: 'failed' }>,
  count: number,
): AppendOutcome {
  if (result.kind === 'conflict') return { kind: 'conflict', revision: result.revision };
  if (result.kind === 'stream-deleted') return { kind: 'stream-deleted' };
  const last = BigInt(result.position);
  const positions = Array.from({ length: count }, (_, at) => last - BigInt(count - 1 - at));
  return { kind: 'appended', revision: result.revision, position: last, positions };
}

async function* readStream(
  reader: Reader,
  { stream, from, direction, eventsMax = Number.MAX_SAFE_INTEGER }: ReadStream,
): AsyncGenerator<readonly RecordedEvent[]> {
  let left = eventsMax;
  let next = startOf(from);
  while (left > 0) {
    const asked = Math.min(left, pageEventsMax);
    const page = reader.pageOfStream({ name: stream, from: next, direction, eventsMax: asked });
    const last = page.at(-1);
    if (!last) return;
    yield page;
    left -= page.length;
    next = direction === 'forwards' ? last.revision + 1 : last.revision - 1;
  }
}

function startOf(from: ReadStream['from']): number {
  if (from === 'start') return 0;
  return from === 'end' ? Number.MAX_SAFE_INTEGER : from;
}

async function* readAll(
  reader: Reader,
  { after, eventsMax = Number.MAX_SAFE_INTEGER }: ReadAll,
): AsyncGenerator<readonly RecordedEvent[]> {
  let left = eventsMax;
  let position = Number(after);
  while (left > 0) {
    const page = reader.pageOfAll({ after: position, eventsMax: pageEventsMax });
    const last = page.at(-1);
    if (!last) return;
    position = Number(last.position);
    const own = page.filter(({ stream }) => !stream.startsWith('$')).slice(0, left);
    left -= own.length;
    if (own.length > 0) yield own;
  }
}

async function* subscribe(
  reader: Reader,
  { request, bell, closed }: { request: SubscribeToAll; bell: Bell; closed: AbortSignal },
): AsyncGenerator<SubscriptionItem> {
  const ended = (): boolean => request.signal.aborted || closed.aborted;
  const wanted = ({ stream }: RecordedEvent): boolean =>
    request.streamPrefixes?.some((prefix) => stream.startsWith(prefix)) ?? !stream.startsWith('$');
  const wake = (): void => bell.ring();
  request.signal.addEventListener('abort', wake);
  let position = Number(request.after);
  let caughtUp = false;
  try {
    while (!ended()) {
      const rung = bell.rung();
      const page = reader.pageOfAll({ after: position, eventsMax: pageEventsMax });
      const last = page.at(-1);
      if (last) {
        position = Number(last.position);
        const events = page.filter(wanted);
        if (events.length > 0) yield { kind: 'events', events };
        else yield { kind: 'checkpoint', position: last.position };
        continue;
      }
      if (!caughtUp) {
        caughtUp = true;
        yield { kind: 'caught-up' };
        continue;
      }
      await rung;
    }
  } finally {
    request.signal.removeEventListener('abort', wake);
  }
}

/** The rule is written once; repeating it costs a look. */
async function keepNewest(
  store: EventStore,
  reader: Reader,
  { stream, count }: { stream: string; count: number },
): Promise<void> {
  if (reader.stream(stream)?.maxCount === count) return;
  const data = Buffer.from(JSON.stringify({ $maxCount: count }));
  const event = { id: crypto.randomUUID(), type: '$metadata', data, metadata: Buffer.alloc(0) };
  await store.append({ stream: `$$${stream}`, expected: 'any', events: [event] });
}

function bytesOf({ events }: AppendRequest): number {
  return events.reduce((sum, { data, metadata }) => sum + data.length + metadata.length, 0);
}

/** Wakes everybody who waits. */
function openBell(): Bell {
  let next = Promise.withResolvers<void>();
  return {
    ring: () => {
      next.resolve();
      next = Promise.withResolvers<void>();
    },
    rung: () => next.promise,
  };
}
