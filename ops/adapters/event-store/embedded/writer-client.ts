import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { PlainError } from '../../../plain-error.ts';
import { EventStoreUnavailable } from '../port.ts';
import type { FromWriter, WriteRequest, WriteResult } from './messages.ts';
import { pack } from './messages.ts';

/** A request before it has its ticket. */
export type Write = WriteRequest extends infer Request
  ? Request extends WriteRequest
    ? Omit<Request, 'ticket'>
    : never
  : never;

/** What the writer answers when it could do its work. */
export type Written = Exclude<WriteResult, { readonly kind: 'failed' }>;

/** The caller's side of the writer's thread. */
export type WriterClient = {
  /** Rejects with EventStoreUnavailable when the queue is full, the disk is, or the log closed. */
  write(request: Write, bytes: number): Promise<Written>;
  /** Why nothing can be written any more; null while it can. */
  gone(): string | null;
  /** Why the newest writing failed, if that is not long ago; null once something was written. */
  failing(): string | null;
  flushes(): number;
  /** Writes what waits, then ends the thread. */
  close(): Promise<void>;
};

export type WriterOptions = {
  readonly path: string;
  readonly clock: () => number;
  readonly queueBytesMax: number;
  /**
   * From one flush to the start of the next while appends keep coming, so that they share it; an
   * append after a rest is written at once.
   */
  readonly flushPaceMs: number;
  /** Called after every flush, and when the writer is gone. */
  readonly onFlush: () => void;
};

type Waiting = {
  readonly resolve: (result: Written) => void;
  readonly reject: (cause: Error) => void;
  readonly bytes: number;
};

/** What a request takes in the queue beside its bytes. */
const requestBytes = 256;

export async function startWriter(options: WriterOptions): Promise<WriterClient> {
  const { clock, queueBytesMax, flushPaceMs, onFlush } = options;
  const worker = await startThread(options.path);
  const waiting = new Map<number, Waiting>();
  let outbox: WriteRequest[] = [];
  let queuedBytes = 0;
  let tickets = 0;
  let flushes = 0;
  let gone: string | null = null;
  const failure = openFailure();

  const post = (): void => {
    if (outbox.length === 0) return;
    const parcel = pack(outbox, clock());
    outbox = [];
    worker.postMessage(parcel, [parcel.bytes]);
  };
  const postSoon = paced(post, flushPaceMs);
  const settle = (result: WriteResult): void => {
    const request = waiting.get(result.ticket);
    if (!request) return;
    waiting.delete(result.ticket);
    queuedBytes -= request.bytes;
    if (result.kind !== 'failed') request.resolve(result);
    else request.reject(new EventStoreUnavailable(failure.note(unwritten(result.reason))));
  };
  const fail = (reason: string): void => {
    gone ??= reason;
    for (const { reject } of waiting.values()) reject(new EventStoreUnavailable(gone));
    waiting.clear();
    onFlush();
  };
  worker.on('message', (message: FromWriter) => {
    if (message.kind !== 'flushed') return;
    if (message.wrote) failure.over();
    flushes += message.wrote ? 1 : 0;
    for (const result of message.results) settle(result);
    onFlush();
  });
  worker.on('error', ({ message }) => fail(`The writer of the log stopped: ${message}`));
  worker.on('exit', () => fail('The log is closed.'));

  return {
    write: (request, payloadBytes) => {
      const bytes = payloadBytes + requestBytes;
      if (gone !== null) return Promise.reject(new EventStoreUnavailable(gone));
      if (queuedBytes + bytes > queueBytesMax) {
        return Promise.reject(new EventStoreUnavailable(overloaded));
      }
      queuedBytes += bytes;
      tickets += 1;
      const ticket = tickets;
      if (outbox.length === 0) postSoon();
      outbox.push({ ticket, ...request });
      return new Promise((resolve, reject) => waiting.set(ticket, { resolve, reject, bytes }));
    },
    gone: () => gone,
    failing: failure.recent,
    flushes: () => flushes,
    close: async () => {
      if (gone !== null) return;
      post();
      gone = 'The log is closed.';
      const exited = once(worker, 'exit');
      worker.postMessage('close');
      await exited;
    },
  };
}

/** Runs soon: in this turn, or when the pace since the last run is over. */
function paced(run: () => void, paceMs: number): () => void {
  let ranAtMs = Number.NEGATIVE_INFINITY;
  const now = (): void => {
    ranAtMs = performance.now();
    run();
  };
  return () => {
    const restMs = ranAtMs + paceMs - performance.now();
    if (restMs > 0) setTimeout(now, restMs);
    else queueMicrotask(now);
  };
}

const failureKeptMs = 5_000;

/** Nobody who believes the log to be ill asks it any more, so it may not be called so for ever. */
function openFailure() {
  let last: { readonly reason: string; readonly atMs: number } | null = null;
  return {
    note: (reason: string): string => {
      last = { reason, atMs: performance.now() };
      return reason;
    },
    over: (): void => {
      last = null;
    },
    recent: (): string | null =>
      last !== null && performance.now() - last.atMs < failureKeptMs ? last.reason : null,
  };
}

const overloaded = 'The log is overloaded, nothing was stored: try again in a moment.';

function unwritten(reason: string): string {
  return `The log was not written, ${reason}: free some space or check the disk, then try again.`;
}

/** Rejects with PlainError when the file cannot be opened. */
function startThread(path: string): Promise<Worker> {
  const worker = new Worker(new URL('./writer.ts', import.meta.url), { workerData: { path } });
  return new Promise((resolve, reject) => {
    worker.once('error', ({ message }) => reject(unopened(path, message)));
    worker.once('message', (message: FromWriter) => {
      worker.removeAllListeners('error');
      if (message.kind === 'ready') return resolve(worker);
      const reason = message.kind === 'unusable' ? message.reason : 'unknown';
      void worker.terminate().then(() => reject(unopened(path, reason)));
    });
  });
}

function unopened(path: string, reason: string): PlainError {
  const advice = 'Restore it from a backup, free the disk, or name another folder.';
  return new PlainError(`The log ${path} cannot be opened: ${reason}. ${advice}`);
}
