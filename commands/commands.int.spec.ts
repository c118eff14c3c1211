import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ClientId, ConversationId } from '../domain/ids.ts';
import type { EventStore } from '../ops/adapters/event-store/port.ts';
import { EventStoreUnavailable } from '../ops/adapters/event-store/port.ts';
import type { Bed } from './testing/bed.ts';
import { group, message, openBed, person } from './testing/bed.ts';

let bed: Bed;
beforeAll(async () => {
  bed = await openBed();
});
afterAll(() => bed[Symbol.asyncDispose]());

async function numbersOf(conversationId: ConversationId): Promise<number[]> {
  const numbers: number[] = [];
  const stream = `conversation-${conversationId}`;
  const pages = bed.store.readStream({ stream, from: 'start', direction: 'forwards' });
  for await (const page of pages) {
    for (const { type, data } of page) {
      if (type === 'message-sent') numbers.push(JSON.parse(Buffer.from(data).toString()).number);
    }
  }
  return numbers;
}
const oneTo = (count: number) => Array.from({ length: count }, (_, at) => at + 1);

describe('sending', () => {
  it('numbers 500 concurrent messages of 50 people without a hole (law 3)', async () => {
    const commands = bed.pipeline();
    const people = Array.from({ length: 50 }, person);
    const [owner = person()] = people;
    const id = await group(commands, owner, people);
    const outcomes = await Promise.all(
      oneTo(500).map((at) => commands.sendMessage(people[at % 50] ?? owner, message(id, `${at}`))),
    );
    const numbers = outcomes.map((outcome) =>
      outcome.kind === 'done' ? outcome.answer.number : 0,
    );
    expect(numbers.toSorted((a, b) => a - b)).toEqual(oneTo(500));
    expect(await numbersOf(id)).toEqual(oneTo(500));
  });

  it('keeps the order of one sender who does not wait', async () => {
    const commands = bed.pipeline();
    const owner = person();
    const id = await group(commands, owner);
    const outcomes = await Promise.all(
      oneTo(64).map((at) => commands.sendMessage(owner, message(id, `${at}`))),
    );
    expect(outcomes.map((one) => (one.kind === 'done' ? one.answer.number : 0))).toEqual(oneTo(64));
  });

  it('appends what waits as one batch', async () => {
    const commands = bed.pipeline();
    const owner = person();
    const id = await group(commands, owner);
    await commands.sendMessage(owner, message(id, 'warm'));
    const before = bed.store.counters();
    await Promise.all(oneTo(65).map((at) => commands.sendMessage(owner, message(id, `${at}`))));
    expect(bed.store.counters().appends - before.appends).toBeLessThanOrEqual(2);
  });

  it('lets two pipelines write to one conversation: no hole, no double (law 4)', async () => {
    const [one, two] = [bed.pipeline(), bed.pipeline()];
    const owner = person();
    const id = await group(one, owner);
    const outcomes = await Promise.all(
      oneTo(60).map((at) => (at % 2 ? one : two).sendMessage(owner, message(id, `${at}`))),
    );
    const done = outcomes.filter(({ kind }) => kind === 'done');
    expect(await numbersOf(id)).toEqual(oneTo(done.length));
    expect(outcomes.every(({ kind }) => kind === 'done' || kind === 'conflict')).toBe(true);
  });

  it('refuses early when too much waits, and stores nothing of it', async () => {
    const commands = bed.pipeline({ limits: { queuedPerStreamMax: 8 } });
    const owner = person();
    const id = await group(commands, owner);
    const outcomes = await Promise.all(
      oneTo(40).map((at) => commands.sendMessage(owner, message(id, `${at}`))),
    );
    const done = outcomes.filter(({ kind }) => kind === 'done').length;
    expect(outcomes.filter(({ kind }) => kind === 'overloaded').length).toBe(40 - done);
    expect(done).toBeLessThan(40);
    expect(await numbersOf(id)).toHaveLength(done);
  });
});

describe('a safe retry', () => {
  it('is answered with the first outcome, position and all', async () => {
    const commands = bed.pipeline();
    const owner = person();
    const id = await group(commands, owner);
    const first = await commands.sendMessage(owner, message(id, 'once'));
    const again = message(id, 'twice');
    const sent = await commands.sendMessage(owner, again);
    await commands.sendMessage(owner, message(id, 'later'));
    const repeated = await commands.sendMessage(owner, again);
    expect(first.kind === 'done' && first.stored).toBe(true);
    expect(repeated).toMatchObject({ ...sent, stored: false });
    expect(await numbersOf(id)).toEqual([1, 2, 3]);
  });

  it('is refused with another text', async () => {
    const commands = bed.pipeline();
    const owner = person();
    const id = await group(commands, owner);
    const sent = message(id, 'one text');
    await commands.sendMessage(owner, sent);
    const other = await commands.sendMessage(owner, { ...sent, text: 'another text' });
    expect(other).toEqual({ kind: 'refused', refusal: { kind: 'client-id-reused' } });
  });

  it('is refused with another text even when two processes take both at once', async () => {
    const [one, two] = [bed.pipeline(), bed.pipeline()];
    const owner = person();
    const id = await group(one, owner);
    await two.sendMessage(owner, message(id, 'both know the conversation'));
    await one.sendMessage(owner, message(id, 'and its newest message'));
    await two.sendMessage(owner, message(id, 'now'));
    const sent = message(id, 'one text');
    const outcomes = await Promise.all([
      one.sendMessage(owner, sent),
      two.sendMessage(owner, { ...sent, text: 'another text' }),
    ]);
    const kinds = outcomes.map((one) => (one.kind === 'refused' ? one.refusal.kind : one.kind));
    expect(kinds.toSorted()).toEqual(['client-id-reused', 'done']);
    expect(await numbersOf(id)).toEqual([1, 2, 3, 4]);
  });

  it('holds when the first answer was lost on the way', async () => {
    const losing = losingAnswers(bed.store);
    const owner = person();
    const id = await group(bed.pipeline(), owner);
    const sent = message(id, 'stored, but nobody was told');
    const lost = await bed.pipeline({ store: losing }).sendMessage(owner, sent);
    expect(lost.kind).toBe('unavailable');
    const repeated = await bed.pipeline().sendMessage(owner, sent);
    expect(repeated).toMatchObject({ kind: 'done', stored: false, answer: { number: 1 } });
    expect(await numbersOf(id)).toEqual([1]);
  });

  it('holds in a process that loaded the conversation from a snapshot', async () => {
    const commands = bed.pipeline({ limits: { snapshotEveryEvents: 20 } });
    const owner = person();
    const id = await group(commands, owner);
    const sent = message(id, 'remembered');
    await commands.sendMessage(owner, sent);
    for (let at = 0; at < 50; at += 1) await commands.sendMessage(owner, message(id, `${at}`));
    await commands[Symbol.asyncDispose]();
    const before = bed.store.counters().eventsRead;
    const repeated = await bed.pipeline().sendMessage(owner, sent);
    expect(repeated).toMatchObject({ kind: 'done', stored: false, answer: { number: 1 } });
    expect(bed.store.counters().eventsRead - before).toBeLessThan(30);
  });

  it('asks the timeline for an id older than all it remembers, and believes it', async () => {
    const asked: string[] = [];
    const owner = person();
    const at = Date.now() - 60_000;
    const old = v7({ msecs: at }) as ClientId;
    const commands = bed.pipeline({
      facts: {
        earlierMessage: async ({ clientId }) => {
          asked.push(clientId);
          return null;
        },
      },
    });
    const id = await group(commands, owner);
    const many = oneTo(4_200).map((count) => message(id, `${count}`));
    for (let from = 0; from < many.length; from += 200) {
      await Promise.all(
        many.slice(from, from + 200).map((one) => commands.sendMessage(owner, one)),
      );
    }
    const outcome = await commands.sendMessage(owner, message(id, 'late', { clientId: old }));
    expect(asked).toEqual([old]);
    expect(outcome).toMatchObject({ kind: 'done', stored: true, answer: { number: 4_201 } });
    // A timeline that is behind does not know the first one; the log knows its event.
    const first = many[0] ?? message(id, 'none');
    expect((await commands.sendMessage(owner, first)).kind).not.toBe('done');
    expect(await numbersOf(id)).toEqual(oneTo(4_201));
  });
});

describe('a direct conversation', () => {
  it('is one, also when both open it at once', async () => {
    const [ada, bob] = [person(), person()];
    const outcomes = await Promise.all([
      bed.pipeline().openDirect(ada, bob),
      bed.pipeline().openDirect(bob, ada),
    ]);
    const ids = outcomes.map((one) => (one.kind === 'done' ? one.answer.conversationId : one.kind));
    expect(new Set(ids).size).toBe(1);
    expect(outcomes.filter((one) => one.kind === 'done' && one.stored)).toHaveLength(1);
  });
});

describe('marks', () => {
  it('of somebody who reads on are stored at most once a second, the last one always', async () => {
    const commands = bed.pipeline({ limits: { markEveryMs: 200 } });
    const owner = person();
    const id = await group(commands, owner);
    await Promise.all(oneTo(50).map((at) => commands.sendMessage(owner, message(id, `${at}`))));
    const before = bed.store.counters().eventsWritten;
    const read = oneTo(50).map((number) =>
      commands.participation(owner, id, { type: 'mark-read', number }),
    );
    const outcomes = await Promise.all(read);
    expect(bed.store.counters().eventsWritten - before).toBe(2);
    expect(outcomes.at(-1)).toMatchObject({ kind: 'done', answer: { readUpTo: 50 } });
  });

  it('are stored at a clean stop, and a wrong one takes no good one with it', async () => {
    const commands = bed.pipeline();
    const owner = person();
    const id = await group(commands, owner);
    await Promise.all(oneTo(5).map((at) => commands.sendMessage(owner, message(id, `${at}`))));
    await commands.participation(owner, id, { type: 'mark-read', number: 1 });
    const held = [3, 99].map((number) =>
      commands.participation(owner, id, { type: 'mark-read', number }),
    );
    await new Promise((resolve) => setTimeout(resolve, 10));
    await commands[Symbol.asyncDispose]();
    const [good, wrong] = await Promise.all(held);
    expect(good).toMatchObject({ kind: 'done', answer: { readUpTo: 3 } });
    expect(wrong).toEqual({ kind: 'refused', refusal: { kind: 'no-such-message' } });
  });
});

/**
 * Appends, and then loses the answer: what happens when the connection breaks at the wrong moment.
 */
function losingAnswers(store: EventStore): EventStore {
  return {
    ...store,
    append: async (request) => {
      await store.append(request);
      throw new EventStoreUnavailable('the answer was lost');
    },
  };
}
