import { describe, expect, it } from 'vitest';
import { accept } from '../domain/decider.ts';
import type { Journal } from '../ops/vault/port.ts';
import type { Letter } from './letter.ts';
import { commandLimits } from './limits.ts';
import { openMailboxes } from './mailboxes.ts';

type Added = { readonly type: 'added'; readonly by: number };
type Total = { total: number };

/** A journal of sums in memory whose appends are answered when the test says so. */
function openSums() {
  const stored: Added[] = [];
  const answers: (() => void)[] = [];
  let appends = 0;
  const journal: Journal<Added> = {
    read: async function* (_key, from) {
      const events = stored.slice(from);
      yield events.map((event, at) => ({
        ...{ id: String(from + at), revision: from + at, position: BigInt(from + at + 1) },
        ...{ recordedAtMs: 0, event },
      }));
    },
    append: async ({ expected, events }) => {
      appends += 1;
      await new Promise<void>((resolve) => answers.push(resolve));
      const next = expected === 'no-stream' ? 0 : Number(expected) + 1;
      if (next !== stored.length) return { kind: 'conflict' };
      stored.push(...events.map(({ event }) => event));
      const positions = events.map((_, at) => BigInt(next + at + 1));
      return { kind: 'appended', revision: stored.length - 1, positions };
    },
    readSnapshot: async () => null,
    writeSnapshot: async () => undefined,
  };
  return {
    ...{ journal, stored, appends: () => appends },
    answer: async () => {
      await until(() => answers.length > 0);
      for (const resolve of answers.splice(0)) resolve();
    },
  };
}

async function until(so: () => boolean): Promise<void> {
  for (let turn = 0; !so(); turn += 1) {
    if (turn > 1_000) throw new Error('it never came');
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function open(journal: Journal<Added>, limits = {}) {
  return openMailboxes<number, Total, Added, never>(
    {
      decider: {
        ...{ category: 'sum', initialState: () => ({ total: 0 }) },
        decide: (by) => (by === 0 ? accept<Added>() : accept<Added>({ type: 'added', by })),
        evolve: ({ total }, { by }) => ({ total: total + by }),
      },
      ...{ journal, weigh: () => 1 },
      snapshots: { version: 1, write: ({ total }) => total, read: () => null },
    },
    {
      limits: { ...commandLimits, ...limits },
      now: () => 0,
      report: (cause) => console.error(cause),
    },
  );
}
/** States that are used up by what is folded into them, as that of a conversation is. */
function openLists(journal: Journal<Added>) {
  return openMailboxes<number, number[], Added, never>(
    {
      decider: {
        ...{ category: 'list', initialState: () => [] },
        decide: (by) => accept<Added>({ type: 'added', by }),
        evolve: (all, { by }) => {
          all.push(by);
          return all;
        },
      },
      ...{ journal, weigh: () => 1 },
      snapshots: { version: 1, write: (all) => [...all], read: () => null },
    },
    { limits: commandLimits, now: () => 0, report: (cause) => console.error(cause) },
  );
}
const list = (by: number): Letter<number, number[], Added, number[]> => ({
  command: by,
  answer: (all) => [...all],
  eventId: (_, at) => String(at),
  needsFacts: () => false,
});

const add = (by: number): Letter<number, Total, Added, number> => ({
  command: by,
  answer: ({ total }) => total,
  eventId: (_, at) => String(at),
  needsFacts: () => false,
});

describe('mailboxes', () => {
  it('gather while an append is under way, and append what gathered as one', async () => {
    const sums = openSums();
    const mailboxes = open(sums.journal);
    const first = mailboxes.submit('a', add(1));
    await until(() => sums.appends() === 1);
    const rest = [2, 3, 4].map((by) => mailboxes.submit('a', add(by)));
    await sums.answer();
    await first;
    await sums.answer();
    const answers = await Promise.all(rest);
    expect(answers.map((reply) => reply.kind === 'done' && reply.answer)).toEqual([3, 6, 10]);
    expect(answers.map((reply) => reply.kind === 'done' && reply.position)).toEqual([2n, 3n, 4n]);
    expect(sums.appends()).toBe(2);
  });

  it('keep the order of what one append cannot hold', async () => {
    const sums = openSums();
    const mailboxes = open(sums.journal, { batchEventsMax: 2 });
    const submitAll = (all: readonly number[]) => all.map((by) => mailboxes.submit('a', add(by)));
    const answers = submitAll([1]);
    await until(() => sums.appends() === 1);
    answers.push(...submitAll([2, 3, 4, 5, 6])); // more than the next append holds
    await sums.answer();
    await until(() => sums.appends() === 2);
    answers.push(...submitAll([7, 8]));
    for (const appends of [3, 4, 5]) {
      await sums.answer();
      await until(() => sums.appends() === appends || sums.stored.length === 8);
    }
    await sums.answer();
    await Promise.all(answers);
    expect(sums.stored.map(({ by }) => by)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('never say “it is so already” from what another process has changed meanwhile', async () => {
    const sums = openSums();
    const mailboxes = open(sums.journal);
    const sent = mailboxes.submit('a', add(5));
    await sums.answer();
    await sent;
    sums.stored.push({ type: 'added', by: 2 });
    const unchanged = await mailboxes.submit('a', add(0));
    expect(unchanged).toMatchObject({ kind: 'done', stored: false, answer: 7, position: 2n });
  });

  it('show a state only once it is stored', async () => {
    const sums = openSums();
    const mailboxes = open(sums.journal);
    const sent = mailboxes.submit('a', add(5));
    await until(() => sums.appends() === 1);
    const seen: number[] = [];
    const looked = mailboxes.peek('a', ({ total }) => seen.push(total));
    await new Promise((resolve) => setImmediate(resolve));
    expect(seen).toEqual([]);
    await sums.answer();
    await Promise.all([sent, looked]);
    expect(seen).toEqual([5]);
  });

  it('show what is stored between two batches, though one waits and its append fails', async () => {
    const sums = openSums();
    let appends = 0;
    const journal: Journal<Added> = {
      ...sums.journal,
      append: async (request) => {
        appends += 1;
        const outcome = await sums.journal.append(request);
        if (appends !== 2) return outcome;
        sums.stored.pop();
        return { kind: 'unavailable', reason: 'away' };
      },
    };
    const mailboxes = openLists(journal);
    const sent = [mailboxes.submit('a', list(1))];
    await until(() => sums.appends() === 1);
    sent.push(mailboxes.submit('a', list(2)));
    const looked = mailboxes.peek('a', (all) => [...all]);
    await sums.answer();
    expect(await looked).toEqual([1]);
    await sums.answer();
    sent.push(mailboxes.submit('a', list(3)));
    await sums.answer();
    const replies = await Promise.all(sent);
    expect(replies.map(({ kind }) => kind)).toEqual(['done', 'unavailable', 'done']);
    expect(replies[2]).toMatchObject({ answer: [1, 3] });
    expect(await mailboxes.peek('a', (all) => [...all])).toEqual([1, 3]);
  });

  it('fold what is stored once, however slow a look at it is', async () => {
    const sums = openSums();
    let slow: (() => void) | undefined;
    const journal: Journal<Added> = {
      ...sums.journal,
      read: async function* (key, from, most) {
        if (from === 1) await new Promise<void>((resolve) => (slow = resolve));
        yield* sums.journal.read(key, from, most);
      },
    };
    const mailboxes = openLists(journal);
    const first = mailboxes.submit('a', list(1));
    await sums.answer();
    await first;
    const looked = mailboxes.peek('a', (all) => [...all]);
    const second = mailboxes.submit('a', list(2));
    await until(() => slow !== undefined);
    slow?.();
    await sums.answer();
    expect(await looked).toEqual([1]);
    expect(await second).toMatchObject({ answer: [1, 2] });
    expect(await mailboxes.peek('a', (all) => [...all])).toEqual([1, 2]);
  });

  it('are forgotten when nothing is under way: commands, looks, refusals leave none', async () => {
    const sums = openSums();
    const mailboxes = open(sums.journal, { queuedMax: 1 });
    const sent = mailboxes.submit('a', add(1));
    const refused = await mailboxes.submit('b', add(1));
    await sums.answer();
    await sent;
    await mailboxes.peek('a', () => undefined);
    await mailboxes.peek('never-written', () => undefined);
    await mailboxes.settled();
    expect(refused.kind).toBe('overloaded');
    expect(mailboxes.open()).toBe(0);
  });

  it('answer unavailable when the journal throws, and go on with what it holds', async () => {
    const sums = openSums();
    const reported: unknown[] = [];
    let broken = true;
    const journal: Journal<Added> = {
      ...sums.journal,
      append: (request) => {
        if (!broken) return sums.journal.append(request);
        broken = false;
        throw new Error('a defect');
      },
    };
    const errors = console.error;
    console.error = (cause) => reported.push(cause);
    const mailboxes = open(journal);
    const lost = await mailboxes.submit('a', add(7));
    console.error = errors;
    const next = mailboxes.submit('a', add(1));
    await sums.answer();
    expect([lost.kind, reported.length]).toEqual(['unavailable', 1]);
    expect(await next).toMatchObject({ kind: 'done', answer: 1 });
  });
});
