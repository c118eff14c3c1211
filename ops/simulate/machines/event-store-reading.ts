import type {
  ReadAll,
  ReadStream,
  RecordedEvent,
  SubscribeToAll,
  SubscriptionItem,
} from '../../adapters/event-store/port.ts';
import type { Weather } from '../faults.ts';
import type { Life } from '../life.ts';
import type { Disk } from './event-store.ts';

/** What reading takes; each page is a question of its own. */
export type Reading = {
  readonly life: Life;
  readonly disk: Disk;
  readonly weather: Weather;
  readonly closed: AbortSignal;
  readonly read: (events: number) => void;
};

const pageEventsMax = 1_000;

export async function* readStream(
  { life, disk, weather, read }: Reading,
  { stream, from, direction, eventsMax = Number.MAX_SAFE_INTEGER }: ReadStream,
): AsyncGenerator<readonly RecordedEvent[]> {
  let next = from === 'start' ? 0 : from === 'end' ? Number.MAX_SAFE_INTEGER : from;
  const step = direction === 'forwards' ? 1 : -1;
  for (let left = eventsMax; left > 0; ) {
    const page = await life.ask(weather.delays(), () => {
      const stored = disk.readable(stream);
      const shown = stored.slice(-(disk.keeps(stream) ?? stored.length));
      const rest =
        step === 1
          ? shown.filter(({ revision }) => revision >= next)
          : shown.filter(({ revision }) => revision <= next).reverse();
      return rest.slice(0, Math.min(left, pageEventsMax));
    });
    const last = page.at(-1);
    if (!last) return;
    read(page.length);
    yield page;
    left -= page.length;
    next = last.revision + step;
  }
}

export async function* readAll(
  { life, disk, weather, read }: Reading,
  { after, eventsMax = Number.MAX_SAFE_INTEGER }: ReadAll,
): AsyncGenerator<readonly RecordedEvent[]> {
  let position = after;
  for (let left = eventsMax; left > 0; ) {
    const page = await life.ask(weather.delays(), () =>
      pageAfter(disk, position, Math.min(left, pageEventsMax)),
    );
    const last = page.at(-1);
    if (!last) return;
    read(page.length);
    yield page;
    left -= page.length;
    position = last.position;
  }
}

/** History and live are one and the same: it reads on from its own position whenever it is rung. */
export async function* subscribe(
  { life, disk, weather, read, closed }: Reading,
  { after, streamPrefixes, signal }: SubscribeToAll,
): AsyncGenerator<SubscriptionItem> {
  const over = AbortSignal.any([signal, closed]);
  let position = after;
  let caughtUp = false;
  over.addEventListener('abort', disk.bell.ring);
  try {
    while (!over.aborted) {
      const { page, rung, atEnd } = await life.ask(weather.delays(), () => ({
        page: pageAfter(disk, position, pageEventsMax),
        rung: disk.bell.rung(),
        atEnd: (disk.readable().at(-1)?.position ?? 0n) <= position,
      }));
      position = page.at(-1)?.position ?? position;
      read(page.length);
      for (const item of itemsOf(page, streamPrefixes)) {
        if (over.aborted) return;
        yield item;
      }
      if (page.length > 0) continue;
      if (atEnd && !caughtUp) {
        caughtUp = true;
        if (!over.aborted) yield { kind: 'caught-up' };
      }
      if (!over.aborted) await rung;
    }
  } finally {
    over.removeEventListener('abort', disk.bell.ring);
  }
}

function pageAfter(disk: Disk, after: bigint, eventsMax: number): readonly RecordedEvent[] {
  const all = disk.readable();
  return all.slice(firstAfter(all, after)).slice(0, eventsMax);
}

function firstAfter(events: readonly RecordedEvent[], after: bigint): number {
  let [low, high] = [0, events.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((events[middle]?.position ?? 0n) > after) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The wanted events of a page, then how far it went if that is farther. */
function* itemsOf(
  page: readonly RecordedEvent[],
  prefixes: readonly string[] | undefined,
): Generator<SubscriptionItem> {
  const events = page.filter(
    ({ stream }) => prefixes?.some((prefix) => stream.startsWith(prefix)) ?? true,
  );
  if (events.length > 0) yield { kind: 'events', events };
  const last = page.at(-1);
  if (last && last !== events.at(-1)) yield { kind: 'checkpoint', position: last.position };
}
