import type { RecordedEvent, SubscriptionItem } from '../port.ts';

type Marker = Exclude<SubscriptionItem, { readonly kind: 'events' }>;
type Entry = RecordedEvent | Marker;

/** A stream that can be held back. */
type Flow = { pause(): unknown; resume(): unknown };

/**
 * What a subscription brought and nobody has taken yet, in order, a batch of everything that waits
 * at a time. The client tells checkpoints and caught-up as soon as it reads them, ahead of events
 * that it still holds: `mark` says how many those are, and the marker waits for them.
 */
export type Inbox = AsyncIterable<readonly Entry[]> & {
  take(event: RecordedEvent, from: Flow): void;
  mark(marker: Marker, eventsBefore: number): void;
  end(): void;
};

/** Beyond this the server waits: its call is not read on. */
const waitingEventsMax = 1_000;

export function openInbox(over: AbortSignal): Inbox {
  let waiting: Entry[] = [];
  let markers: { readonly marker: Marker; readonly after: number }[] = [];
  let taken = 0;
  let ended = over.aborted;
  let held: Flow | null = null;
  let wake = (): void => undefined;
  const end = (): void => {
    ended = true;
    wake();
  };
  const release = (): void => {
    const due = markers.filter(({ after }) => after <= taken);
    markers = markers.filter(({ after }) => after > taken);
    waiting.push(...due.map(({ marker }) => marker));
  };
  over.addEventListener('abort', end, { once: true });

  return {
    take: (event, from) => {
      waiting.push(event);
      taken += 1;
      release();
      if (waiting.length >= waitingEventsMax && held === null) {
        held = from;
        from.pause();
      }
      wake();
    },
    mark: (marker, eventsBefore) => {
      markers.push({ marker, after: taken + eventsBefore });
      release();
      wake();
    },
    end,
    async *[Symbol.asyncIterator]() {
      try {
        while (!over.aborted) {
          const batch = waiting;
          waiting = [];
          held?.resume();
          held = null;
          if (batch.length > 0) yield batch;
          else if (ended) return;
          else {
            await new Promise<void>((resolve) => {
              wake = resolve;
            });
          }
        }
      } finally {
        over.removeEventListener('abort', end);
      }
    },
  };
}
