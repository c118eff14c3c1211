import { expect, test } from 'vitest';
import type { EventStore, SubscriptionItem } from '../port.ts';
import type { Opened } from './events.ts';
import {
  appended,
  eventsOf,
  follow,
  isCaughtUp,
  newEvent,
  newEvents,
  newStream,
  textOf,
} from './events.ts';

/** What the port promises of subscriptions. */
export function followingContract(store: () => EventStore, open: () => Promise<Opened>): void {
  historyAndLive(store);
  filters(store);
  endings(store, open);
}

function historyAndLive(store: () => EventStore): void {
  test('sends history, then caught-up once, then what comes, however the turns fall', async () => {
    for (let round = 0; round < 25; round += 1) {
      const after = await store().head();
      await appendMany(store(), round, 10);
      const live = appendMany(store(), round, 30);
      const items = await follow(store(), { after }, (seen) => eventsOf(seen).length >= 40);
      await live;
      expectInOrder(items);
      expect(eventsOf(items)).toHaveLength(40);
      expect(items.filter(({ kind }) => kind === 'caught-up').length).toBeLessThanOrEqual(1);
    }
  });

  test('says caught-up without any history, and then sends what comes', async () => {
    const after = await store().head();
    const [stream, events] = [newStream(), newEvents(1, 'live')];
    const enough = (items: readonly SubscriptionItem[]) => {
      if (items.length === 1) void store().append({ stream, expected: 'any', events });
      return eventsOf(items).length > 0;
    };
    const items = await follow(store(), { after }, enough);
    expect(items[0]).toEqual({ kind: 'caught-up' });
    expect(eventsOf(items).map(textOf)).toEqual(['live 0']);
  });

  test('resumes after any position without a gap or a repeat', async () => {
    const after = await store().head();
    await appendMany(store(), 0, 60);
    const whole = eventsOf(await follow(store(), { after }, isCaughtUp));
    expect(whole).toHaveLength(60);
    for (const cut of [0, 17, 58]) {
      const rest = await follow(store(), { after: whole[cut]?.position ?? 0n }, isCaughtUp);
      expect(eventsOf(rest)).toEqual(whole.slice(cut + 1));
    }
  });

  test('follows for several readers at once, a slow one among them', async () => {
    const after = await store().head();
    const readers = [0, 0, 3].map(async (delayMs) => {
      const over = new AbortController();
      const seen: string[] = [];
      for await (const item of store().subscribeToAll({ after, signal: over.signal })) {
        await new Promise((resolve) => setTimeout(resolve, delayMs));
        seen.push(...eventsOf([item]).map(textOf));
        if (seen.length >= 100) over.abort();
      }
      return seen;
    });
    await appendMany(store(), 0, 100);
    const [first, ...others] = await Promise.all(readers);
    expect(new Set(first).size).toBe(100);
    for (const other of others) expect(other).toEqual(first);
  });
}

function filters(store: () => EventStore): void {
  test('sends only the streams asked for, and how far it went otherwise', async () => {
    const after = await store().head();
    const mine = newStream('account');
    await store().append({ stream: mine, expected: 'any', events: newEvents(2, 'mine') });
    const other = appended(
      await store().append({
        stream: newStream('snapshot'),
        expected: 'any',
        events: newEvents(3),
      }),
    );
    const reached = (items: readonly SubscriptionItem[]) =>
      items.some((item) => item.kind === 'checkpoint' && item.position >= other.position);
    const from = { after, streamPrefixes: ['account-', 'participation-'] };
    const items = await follow(store(), from, (seen) => reached(seen) && isCaughtUp(seen));
    expect(eventsOf(items).map(textOf)).toEqual(['mine 0', 'mine 1']);
    expect(reached(items)).toBe(true);
    expectInOrder(items);
  });

  test('tells live, too, that what came was for others', async () => {
    const after = await store().head();
    let position: bigint | null = null;
    const enough = (items: readonly SubscriptionItem[]) => {
      if (items.at(-1)?.kind === 'caught-up') {
        const events = newEvents(1);
        const stream = newStream('snapshot');
        void store()
          .append({ stream, expected: 'any', events })
          .then((outcome) => {
            position = appended(outcome).position;
          });
      }
      return items.some(({ kind }) => kind === 'checkpoint');
    };
    const items = await follow(store(), { after, streamPrefixes: ['account-'] }, enough);
    await expect.poll(() => position).not.toBeNull();
    expect(items.at(-1)).toEqual({ kind: 'checkpoint', position });
  });
}

function endings(store: () => EventStore, open: () => Promise<Opened>): void {
  test('sends nothing more once its signal is aborted', async () => {
    const after = await store().head();
    await appendMany(store(), 0, 5);
    const over = new AbortController();
    let items = 0;
    for await (const item of store().subscribeToAll({ after, signal: over.signal })) {
      items += item.kind === 'events' ? 1 : 0;
      expect(over.signal.aborted).toBe(false);
      over.abort();
    }
    expect(items).toBe(1);
  });

  test('ends by its signal, waiting or not', async () => {
    const after = await store().head();
    const over = new AbortController();
    const ended = drain(store().subscribeToAll({ after, signal: over.signal }));
    setTimeout(() => over.abort(), 20);
    await ended;
    await drain(store().subscribeToAll({ after, signal: AbortSignal.abort() }));
  });

  test('ends its subscriptions when it is closed, and refuses appends from then on', async () => {
    const { store: closing, dispose } = await open();
    const after = await closing.head();
    const ended = drain(closing.subscribeToAll({ after, signal: new AbortController().signal }));
    await closing.append({ stream: newStream(), expected: 'any', events: [newEvent()] });
    await dispose();
    await ended;
    const request = { stream: newStream(), expected: 'any' as const, events: [newEvent()] };
    await expect(closing.append(request)).rejects.toMatchObject({ name: 'EventStoreUnavailable' });
  });
}

async function appendMany(store: EventStore, round: number, count: number): Promise<void> {
  const streams = [newStream(), newStream('account'), newStream('participation')];
  for (let at = 0; at < count; at += 1) {
    const events = [newEvent(`${round}/${count}/${at}`)];
    const outcome = store.append({ stream: streams[at % 3] ?? '', expected: 'any', events });
    if (at % 4 !== 0) await outcome;
  }
}

/** Positions only grow: nothing came twice, nothing late. */
function expectInOrder(items: readonly SubscriptionItem[]): void {
  const positions = items.flatMap((item) => {
    if (item.kind === 'events') return item.events.map(({ position }) => position);
    return item.kind === 'checkpoint' ? [item.position] : [];
  });
  for (const [at, position] of positions.entries()) {
    if (at > 0) expect(position).toBeGreaterThan(positions[at - 1] ?? 0n);
  }
}

async function drain(items: AsyncIterable<unknown>): Promise<void> {
  for await (const item of items) void item;
}
