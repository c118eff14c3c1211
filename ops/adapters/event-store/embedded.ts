import { setImmediate } from 'node:timers/promises';
import { isFull, pageEventsMax } from './embedded/reader.ts';
import { isSystemEvent } from './embedded/rows.ts';
import { systemEvent } from './embedded/rules.ts';
import type { Engine, EngineOptions } from './engine.ts';
import { openEngine } from './engine.ts';
import type {
  EventStore,
  ReadAll,
  ReadStream,
  RecordedEvent,
  SubscribeToAll,
  SubscriptionItem,
} from './port.ts';

export type EmbeddedEventStoreOptions = EngineOptions;

/** The log on one SQLite file. Rejects with PlainError when the file cannot be opened. */
export async function openEmbeddedEventStore(options: EngineOptions): Promise<EventStore> {
  return eventStoreOn(await openEngine(options));
}

/** The platform's port over an engine, which it disposes of. */
export function eventStoreOn(engine: Engine): EventStore {
  return {
    append: engine.append,
    readStream: (request) => readStream(engine, request),
    readAll: (request) => readAll(engine, request),
    subscribeToAll: (request) => subscribe(engine, request),
    keepNewest: (stream, count) => keepNewest(engine, { stream, count }),
    head: async () => engine.reader().head(),
    end: async () => BigInt(engine.reader().newestPosition()),
    health: async () => engine.health(),
    counters: engine.counters,
    [Symbol.asyncDispose]: engine[Symbol.asyncDispose],
  };
}

async function* readStream(
  engine: Engine,
  { stream, from, direction, eventsMax = Number.MAX_SAFE_INTEGER }: ReadStream,
): AsyncGenerator<readonly RecordedEvent[]> {
  let left = eventsMax;
  let next = startOf(from);
  while (left > 0) {
    const asked = Math.min(left, pageEventsMax);
    const page = engine
      .reader()
      .pageOfStream({ name: stream, from: next, direction, eventsMax: asked });
    const last = page.at(-1);
    if (!last) return;
    yield page;
    left -= page.length;
    next = direction === 'forwards' ? last.revision + 1 : last.revision - 1;
    if (left > 0) await setImmediate(); // other work of this thread goes between two pages
  }
}

function startOf(from: ReadStream['from']): number {
  if (from === 'start') return 0;
  return from === 'end' ? Number.MAX_SAFE_INTEGER : from;
}

async function* readAll(
  engine: Engine,
  { after, eventsMax = Number.MAX_SAFE_INTEGER }: ReadAll,
): AsyncGenerator<readonly RecordedEvent[]> {
  let left = eventsMax;
  let position = Number(after);
  while (left > 0) {
    const page = engine
      .reader()
      .pageOfAll({ after: position, eventsMax: Math.min(left, pageEventsMax) });
    const last = page.at(-1);
    if (!last) return;
    position = Number(last.position);
    const own = page.filter((event) => !isSystemEvent(event));
    left -= own.length;
    if (own.length > 0) yield own;
    await setImmediate();
  }
}

/**
 * Reads on from its own position whenever a flush is told, so that history and live are one and the
 * same, and nothing can be missed or repeated. Memory is bounded by the page.
 */
async function* subscribe(
  engine: Engine,
  { after, streamPrefixes, signal }: SubscribeToAll,
): AsyncGenerator<SubscriptionItem> {
  const over = AbortSignal.any([signal, engine.closed]);
  let position = Number(after);
  let caughtUp = false;
  over.addEventListener('abort', engine.bell.ring);
  try {
    while (!over.aborted) {
      const rung = engine.bell.rung();
      const page = engine.reader().pageOfAll({ after: position, eventsMax: pageEventsMax });
      position = Number(page.at(-1)?.position ?? position);
      // Asked now, so that writers who never rest do not put it off for ever.
      const atEnd = caughtUp || page.length === 0 || position >= engine.reader().newestPosition();
      for (const item of itemsOf(page, streamPrefixes)) {
        yield item;
        if (over.aborted) return;
      }
      if (atEnd && !caughtUp) {
        caughtUp = true;
        yield { kind: 'caught-up' };
      } else if (!isFull(page)) {
        await rung; // of the bell as it was before this page was read: what came since has rung it
      } else {
        await setImmediate(); // other work of this thread goes between two pages
      }
    }
  } finally {
    over.removeEventListener('abort', engine.bell.ring);
  }
}

/** The wanted events of a page, then how far it went if that is farther. */
function* itemsOf(
  page: readonly RecordedEvent[],
  prefixes: readonly string[] | undefined,
): Generator<SubscriptionItem> {
  const wanted = (event: RecordedEvent): boolean =>
    !isSystemEvent(event) && (prefixes?.some((prefix) => event.stream.startsWith(prefix)) ?? true);
  const events = page.filter(wanted);
  if (events.length > 0) yield { kind: 'events', events };
  const last = page.at(-1);
  if (last && last !== events.at(-1)) yield { kind: 'checkpoint', position: last.position };
}

/** The rule is written once; repeating it costs a look. */
async function keepNewest(
  engine: Engine,
  { stream, count }: { stream: string; count: number },
): Promise<void> {
  if (engine.reader().stream(stream)?.maxCount === count) return;
  const rule = systemEvent('$metadata', Buffer.from(JSON.stringify({ $maxCount: count })));
  await engine.append({ stream: `$$${stream}`, expected: 'any', events: [rule] });
}
