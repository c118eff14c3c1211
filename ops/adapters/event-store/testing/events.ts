import { randomUUID } from 'node:crypto';
import type {
  AppendOutcome,
  EventStore,
  EventToAppend,
  RecordedEvent,
  SubscribeToAll,
  SubscriptionItem,
} from '../port.ts';

/** A store to test, and how to be rid of it. */
export type Opened = { readonly store: EventStore; dispose(): Promise<void> };

export function newEvent(text = 'hello', id: string = randomUUID()): EventToAppend {
  const data = Buffer.from(JSON.stringify({ text }));
  return { id, type: 'message-sent', data, metadata: Buffer.from('{"version":1}') };
}

export function newEvents(count: number, text = 'hello'): readonly EventToAppend[] {
  return Array.from({ length: count }, (_, at) => newEvent(`${text} ${at}`));
}

/** A stream name that no other test uses. */
export function newStream(category = 'conversation'): string {
  return `${category}-${randomUUID()}`;
}

export function appended(outcome: AppendOutcome) {
  if (outcome.kind !== 'appended') throw new Error(`the append came to ${outcome.kind}`);
  return outcome;
}

export async function readStream(
  store: EventStore,
  stream: string,
): Promise<readonly RecordedEvent[]> {
  return flat(store.readStream({ stream, from: 'start', direction: 'forwards' }));
}

export async function flat(
  pages: AsyncIterable<readonly RecordedEvent[]>,
): Promise<readonly RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for await (const page of pages) events.push(...page);
  return events;
}

export function textOf({ data }: Pick<RecordedEvent, 'data'>): string {
  const content: { readonly text: string } = JSON.parse(Buffer.from(data).toString('utf8'));
  return content.text;
}

/** Follows until `enough` says so, and gives everything that came. */
export async function follow(
  store: EventStore,
  from: Omit<SubscribeToAll, 'signal'>,
  enough: (items: readonly SubscriptionItem[]) => boolean,
): Promise<readonly SubscriptionItem[]> {
  const over = new AbortController();
  const items: SubscriptionItem[] = [];
  for await (const item of store.subscribeToAll({ ...from, signal: over.signal })) {
    items.push(item);
    if (enough(items)) over.abort();
  }
  return items;
}

export function eventsOf(items: readonly SubscriptionItem[]): readonly RecordedEvent[] {
  return items.flatMap((item) => (item.kind === 'events' ? item.events : []));
}

export function isCaughtUp(items: readonly SubscriptionItem[]): boolean {
  return items.some(({ kind }) => kind === 'caught-up');
}
