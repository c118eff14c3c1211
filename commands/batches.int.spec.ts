import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ConversationId } from '../domain/ids.ts';
import { encodeRecord } from '../schemas/records/encode.ts';
import type { Bed } from './testing/bed.ts';
import { group, message, openBed, person } from './testing/bed.ts';

// Exact counts, no clock: what many messages at once, and the bytes of one, come to.

let bed: Bed;
beforeAll(async () => {
  bed = await openBed();
});
afterAll(() => bed[Symbol.asyncDispose]());

const text = 'x'.repeat(200);

describe('a hundred messages at once', () => {
  it('to one conversation are two appends and two flushes: one goes, the rest gather', async () => {
    const commands = bed.pipeline();
    const owner = person();
    const id = await group(commands, owner);
    await commands.sendMessage(owner, message(id, 'keys are made'));
    const before = bed.store.counters();
    await Promise.all(
      Array.from({ length: 100 }, () => commands.sendMessage(owner, message(id, text))),
    );
    const after = bed.store.counters();
    expect(after.eventsWritten - before.eventsWritten).toBe(100);
    expect(after.appends - before.appends).toBe(2);
    expect(after.flushes - before.flushes).toBeLessThanOrEqual(2);
  });

  it('to a hundred conversations are an append each and a few flushes', async () => {
    const commands = bed.pipeline();
    const owner = person();
    const ids: ConversationId[] = [];
    for (let at = 0; at < 100; at += 1) ids.push(await group(commands, owner));
    for (const id of ids) await commands.sendMessage(owner, message(id, 'keys are made'));
    const before = bed.store.counters();
    await Promise.all(ids.map((id) => commands.sendMessage(owner, message(id, text))));
    const after = bed.store.counters();
    expect(after.appends - before.appends).toBe(100);
    expect(after.flushes - before.flushes).toBeLessThanOrEqual(10);
  });
});

describe('the bytes of a message of 200', () => {
  it.each([2, 1_000])('are bounded, as event and as record, among %i members', async (members) => {
    const commands = bed.pipeline();
    const owner = person();
    const id = await group(commands, owner, Array.from({ length: members - 1 }, person));
    await commands.sendMessage(owner, message(id, text));
    const stream = `conversation-${id}`;
    for await (const [event] of bed.store.readStream({
      ...{ stream, from: 'end', direction: 'backwards', eventsMax: 1 },
    })) {
      expect(event?.type).toBe('message-sent');
      const bytes = (event?.data.length ?? 0) + (event?.metadata.length ?? 0);
      expect(bytes).toBeLessThanOrEqual(eventBytesMax);
      expect(event && Buffer.byteLength(encodeRecord(event))).toBeLessThanOrEqual(recordBytesMax);
    }
  });
});

/** Raised only on purpose: each byte here is stored once and written to the log once, for ever. */
const eventBytesMax = 560;
const recordBytesMax = 800;
