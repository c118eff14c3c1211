import type { Bell } from '../../bell.ts';
import { openBell } from '../../bell.ts';
import type { Health } from '../../guard.ts';
import type { LogEvent, Removal } from './embedded/messages.ts';
import { bytesOfEvent } from './embedded/messages.ts';
import type { Reader } from './embedded/reader.ts';
import { openReader } from './embedded/reader.ts';
import { isUuid } from './embedded/schema.ts';
import type { WriterClient } from './embedded/writer-client.ts';
import { startWriter } from './embedded/writer-client.ts';
import type { AppendOutcome, AppendRequest, EventStoreCounters, ExpectedRevision } from './port.ts';
import { EventStoreUnavailable } from './port.ts';

export type EngineOptions = {
  readonly path: string; // of the file
  readonly clock?: (() => number) | undefined; // milliseconds; the machine's unless told
  readonly appendBytesMax?: number | undefined; // over all events of one append; 1 MiB unless told
  readonly queueBytesMax?: number | undefined; // waiting for the writer; 64 MiB unless told
  readonly flushPaceMs?: number | undefined; // between flushes under load; 5 unless told
};

/** An append whose events may also be mere bytes. */
export type EngineAppend = Omit<AppendRequest, 'events'> & {
  readonly events: readonly LogEvent[];
};

/** What a removal came to; anything but `removed` changed nothing. */
export type RemoveOutcome =
  | { readonly kind: 'removed'; readonly position: bigint }
  | { readonly kind: 'conflict'; readonly revision: number | 'no-stream' }
  | { readonly kind: 'stream-deleted' };

export type RemoveRequest = {
  readonly stream: string;
  readonly expected: ExpectedRevision;
  readonly removal: Removal;
};

/**
 * The log on one SQLite file, with all that a server over it needs: more than the port of the
 * platform asks. Writing happens on a thread of its own, which flushes everything that waits at
 * once; reading happens here, a bounded page at a time.
 */
export type Engine = {
  readonly appendBytesMax: number;
  append(request: EngineAppend): Promise<AppendOutcome>;
  /** Deletes or tombstones a stream; rejects with EventStoreUnavailable. */
  remove(request: RemoveRequest): Promise<RemoveOutcome>;
  /** Throws EventStoreUnavailable when the log is closed. */
  reader(): Reader;
  /** Rings after every flush. */
  readonly bell: Bell;
  /** Aborted when the log closes. */
  readonly closed: AbortSignal;
  health(): Health;
  counters(): EventStoreCounters;
  [Symbol.asyncDispose](): Promise<void>;
};

/** Rejects with PlainError when the file cannot be opened: damaged, in use, not writable. */
export async function openEngine(options: EngineOptions): Promise<Engine> {
  const { path, clock = Date.now, appendBytesMax = 1_048_576 } = options;
  const { queueBytesMax = 64 * 1_048_576, flushPaceMs = 5 } = options;
  const bell = openBell();
  const writer = await startWriter({
    ...{ path, clock, queueBytesMax, flushPaceMs },
    onFlush: bell.ring,
  });
  const reader = openReader(path);
  const closing = new AbortController();
  const written = { appends: 0, eventsWritten: 0 };

  return {
    appendBytesMax,
    append: async (request) => {
      const outcome = await append({ writer, appendBytesMax }, request);
      const fresh = outcome.kind === 'appended' && outcome.fresh;
      written.appends += fresh ? 1 : 0;
      written.eventsWritten += fresh ? request.events.length : 0;
      return withoutFreshness(outcome);
    },
    remove: (request) => remove(writer, request),
    reader: () => {
      if (closing.signal.aborted) throw new EventStoreUnavailable('The log is closed.');
      return reader;
    },
    bell,
    closed: closing.signal,
    health: () => {
      const reason = writer.gone() ?? writer.failing();
      return reason === null ? { ok: true } : { ok: false, reason };
    },
    counters: () => ({ ...written, flushes: writer.flushes(), eventsRead: reader.eventsRead() }),
    [Symbol.asyncDispose]: async () => {
      if (closing.signal.aborted) return;
      closing.abort();
      bell.ring();
      reader.close(); // first: the last connection to close tidies the file, and this one cannot
      await writer.close();
    },
  };
}

type Fresh = AppendOutcome & { readonly fresh?: boolean };

async function append(
  { writer, appendBytesMax }: { writer: WriterClient; appendBytesMax: number },
  { stream, expected, events }: EngineAppend,
): Promise<Fresh> {
  const wrong = events.find(({ id }) => !isUuid(id));
  if (wrong) throw new TypeError(`the id of an event must be a UUID, not ${wrong.id}`);
  const bytes = events.reduce((sum, event) => sum + bytesOfEvent(event), 0);
  if (bytes > appendBytesMax) return { kind: 'too-large', maxBytes: appendBytesMax };
  const queued = bytes + events.length * eventBytes;
  const result = await writer.write({ kind: 'append', stream, expected, events }, queued);
  if (result.kind === 'conflict') return { kind: 'conflict', revision: result.revision };
  if (result.kind !== 'appended') return { kind: 'stream-deleted' };
  const position = BigInt(result.position);
  const first = position - BigInt(events.length - 1);
  const positions = events.map((_, at) => first + BigInt(at));
  return { kind: 'appended', revision: result.revision, position, positions, fresh: result.fresh };
}

/** What an event takes in the queue beside its payload: id, type and the objects themselves. */
const eventBytes = 256;

function withoutFreshness(outcome: Fresh): AppendOutcome {
  if (outcome.kind !== 'appended') return outcome;
  const { kind, revision, position, positions } = outcome;
  return { kind, revision, position, positions };
}

async function remove(writer: WriterClient, request: RemoveRequest): Promise<RemoveOutcome> {
  const result = await writer.write({ kind: 'remove', ...request }, 0);
  if (result.kind === 'removed') return { kind: 'removed', position: BigInt(result.position) };
  if (result.kind === 'conflict') return { kind: 'conflict', revision: result.revision };
  return { kind: 'stream-deleted' };
}
