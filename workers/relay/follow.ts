import type {
  EventStore,
  RecordedEvent,
  SubscriptionItem,
} from '../../ops/adapters/event-store/port.ts';
import type { Clock } from '../../projections/clock.ts';
import { sleep } from '../../projections/clock.ts';
import type { Places } from './place.ts';
import { beginning } from './place.ts';
import type { TopicWriter } from './topic-writer.ts';

/** One leadership. */
export type Following = {
  readonly eventStore: EventStore;
  readonly prefixes: readonly string[];
  readonly places: Places;
  readonly writer: TopicWriter;
  readonly recordsMax: number;
  readonly clock: Clock;
};

/**
 * Copies until the signal is aborted or the writer is fenced. Nothing is read before the last is
 * written.
 */
export async function follow(following: Following, signal: AbortSignal): Promise<void> {
  const over = new AbortController(); // a subscription that waits ends only by its signal
  const items = following.eventStore
    .subscribeToAll({
      after: beginning(following.places),
      streamPrefixes: following.prefixes,
      signal: AbortSignal.any([signal, over.signal]),
    })
    [Symbol.asyncIterator]();
  try {
    for (let next = items.next(); !signal.aborted; next = items.next()) {
      if (!(await watermarkWhileWaiting(following, next))) return;
      const item = await next;
      if (item.done || !(await take(following, item.value))) return;
    }
  } finally {
    over.abort();
    await items.return?.();
  }
}

/** False when fenced. */
async function take({ writer, places, recordsMax }: Following, item: SubscriptionItem) {
  if (item.kind === 'checkpoint') writer.passed(item.position);
  if (item.kind !== 'events') return true;
  for (const events of chunks(item.events, recordsMax)) {
    if (!(await writer.write(events, places))) return false;
  }
  return true;
}

/** Writes the watermark that is due, or falls due while nothing comes; false when fenced. */
async function watermarkWhileWaiting(
  { writer, clock }: Following,
  next: Promise<unknown>,
): Promise<boolean> {
  const dueMs = writer.watermarkInMs();
  if (dueMs === null) return true;
  const came = new AbortController();
  // With a reason of its own: without one, Node makes an error with its stack for each.
  const wake = () => came.abort('came');
  next.then(wake, wake);
  if (dueMs > 0) await sleep(clock, dueMs, came.signal);
  return came.signal.aborted ? true : writer.writeWatermark();
}

function chunks(
  events: readonly RecordedEvent[],
  size: number,
): readonly (readonly RecordedEvent[])[] {
  return Array.from({ length: Math.ceil(events.length / size) }, (_, at) =>
    events.slice(at * size, (at + 1) * size),
  );
}
