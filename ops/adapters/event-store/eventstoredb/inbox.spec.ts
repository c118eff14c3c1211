import { expect, test } from 'vitest';
import type { RecordedEvent } from '../port.ts';
import type { Inbox } from './inbox.ts';
import { openInbox } from './inbox.ts';

const never = new AbortController().signal;
const flow = () => {
  const asked: string[] = [];
  return { asked, pause: () => asked.push('pause'), resume: () => asked.push('resume') };
};

function event(revision: number): RecordedEvent {
  const bytes = new Uint8Array();
  const place = { stream: 'some', revision, position: BigInt(revision), recordedAtMs: 0 };
  return { id: `${revision}`, type: 'some', data: bytes, metadata: bytes, ...place };
}

/** The next batch in words. */
async function next(inbox: Inbox): Promise<readonly string[]> {
  const { value } = await inbox[Symbol.asyncIterator]().next();
  return (value ?? []).map((entry: { kind?: string; id?: string }) => entry.kind ?? entry.id ?? '');
}

test('everything that waits comes as one batch, in order', async () => {
  const inbox = openInbox(never);
  inbox.take(event(1), flow());
  inbox.mark({ kind: 'caught-up' }, 0);
  inbox.take(event(2), flow());
  expect(await next(inbox)).toEqual(['1', 'caught-up', '2']);
});

test('a marker waits for the events that the client still holds', async () => {
  const inbox = openInbox(never);
  inbox.take(event(1), flow());
  inbox.mark({ kind: 'caught-up' }, 2);
  expect(await next(inbox)).toEqual(['1']);
  for (const revision of [2, 3, 4]) inbox.take(event(revision), flow());
  expect(await next(inbox)).toEqual(['2', '3', 'caught-up', '4']);
});

test('a reader that waits is woken', async () => {
  const inbox = openInbox(never);
  const waiting = next(inbox);
  inbox.take(event(1), flow());
  expect(await waiting).toEqual(['1']);
});

test('the flow is held back at 1,000 events and let go when they are taken', async () => {
  const inbox = openInbox(never);
  const from = flow();
  for (let at = 0; at < 1_200; at += 1) inbox.take(event(at), from);
  expect(from.asked).toEqual(['pause']);
  expect(await next(inbox)).toHaveLength(1_200);
  expect(from.asked).toEqual(['pause', 'resume']);
});

test('what came before the end is still given, then it ends', async () => {
  const inbox = openInbox(never);
  inbox.take(event(1), flow());
  inbox.end();
  const batches: unknown[] = [];
  for await (const batch of inbox) batches.push(batch);
  expect(batches).toHaveLength(1);
});

test('an abort ends it, waiting or not', async () => {
  const over = new AbortController();
  const inbox = openInbox(over.signal);
  const waiting = next(inbox);
  over.abort();
  expect(await waiting).toEqual([]);
});
