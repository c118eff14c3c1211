import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Commands } from '../commands/commands.ts';
import type { ConversationId, UserId } from '../domain/ids.ts';
import type { Bed } from './testing/bed.ts';
import { group, message, openBed, person } from './testing/bed.ts';

// Exact counts, no clock: what a command costs must not depend on how much there is already.

let bed: Bed;
beforeAll(async () => {
  bed = await openBed();
});
afterAll(() => bed[Symbol.asyncDispose]());

const million = process.env.PARLEY_TEST_MILLION === '1';
const inFlight = 500;

async function fill(
  commands: Commands,
  { id, by, count }: { readonly id: ConversationId; readonly by: UserId; readonly count: number },
): Promise<void> {
  for (let sent = 0; sent < count; sent += inFlight) {
    const now = Math.min(inFlight, count - sent);
    const sends = Array.from({ length: now }, (_, at) =>
      commands.sendMessage(by, message(id, `${sent + at}`)),
    );
    const outcomes = await Promise.all(sends);
    if (outcomes.some(({ kind }) => kind !== 'done')) throw new Error('a message was not taken');
  }
}

function counts() {
  const { appends, flushes, eventsWritten, eventsRead } = bed.store.counters();
  return {
    appends,
    flushes,
    eventsWritten,
    eventsRead,
    statements: bed.tables.counters().statements,
  };
}

async function costOf(step: () => Promise<unknown>) {
  const before = counts();
  await step();
  const after = counts();
  const names = Object.keys(before) as (keyof typeof before)[];
  return Object.fromEntries(names.map((name) => [name, after[name] - before[name]]));
}

/** Each kind of command once, in a conversation with so many messages and members. */
async function costsIn({ messages, members }: { messages: number; members: number }) {
  const commands = bed.pipeline();
  const owner = person();
  const others = Array.from({ length: members - 1 }, person);
  const id = await group(commands, owner, others);
  await fill(commands, { id, by: owner, count: messages });
  const number = messages;
  // The first mark of a person opens her participation; what follows is counted.
  await commands.participation(owner, id, { type: 'mute', untilMs: undefined });
  return {
    send: await costOf(() => commands.sendMessage(owner, message(id, 'counted'))),
    edit: await costOf(() =>
      commands.conversation(owner, id, { type: 'edit-message', number, text: 'changed' }),
    ),
    react: await costOf(() =>
      commands.conversation(owner, id, { type: 'react', number, emoji: '👍' }),
    ),
    remove: await costOf(() =>
      commands.conversation(owner, id, { type: 'delete-message', number }),
    ),
    archive: await costOf(() => commands.participation(owner, id, { type: 'archive' })),
    read: await costOf(() => commands.participation(owner, id, { type: 'mark-read', number })),
  };
}

const once = { appends: 1, flushes: 1, eventsWritten: 1, eventsRead: 0, statements: 0 };
const onceEach = { send: once, edit: once, react: once, remove: once, archive: once, read: once };

describe('costs, counted', () => {
  it.each([
    { messages: 10, members: 2 },
    { messages: 10, members: 1_000 },
    { messages: 10_000, members: 2 },
  ])(
    'are one append and nothing else with $messages messages and $members members',
    async (size) => {
      expect(await costsIn(size)).toEqual(onceEach);
    },
  );

  const longer = million ? it : it.skip;
  longer(
    `are the same with 1,000,000 messages${million ? '' : ' (PARLEY_TEST_MILLION=1 runs it)'}`,
    { timeout: 600_000 },
    async () => {
      expect(await costsIn({ messages: 1_000_000, members: 2 })).toEqual(onceEach);
    },
  );

  it('read at most 1,000 events to load a conversation of 10,000 messages', async () => {
    const commands = bed.pipeline();
    const owner = person();
    const id = await group(commands, owner);
    await fill(commands, { id, by: owner, count: 10_000 });
    await commands[Symbol.asyncDispose]();
    const next = bed.pipeline();
    const { eventsRead } = await costOf(() => next.sendMessage(owner, message(id, 'later')));
    expect(eventsRead).toBeLessThanOrEqual(1_000);
  });

  it('read at most 1,000 events to load an account that changed 2,000 times', async () => {
    const commands = bed.pipeline();
    const userId = person();
    const register = {
      ...({ type: 'register', kind: 'person', name: 'Ada', handle: undefined } as const),
      origin: 'registration',
    } as const;
    await commands.account(userId, register);
    for (let at = 0; at < 2_000; at += 200) {
      await Promise.all(
        Array.from({ length: 200 }, (_, more) =>
          commands.account(userId, { type: 'change-profile', name: `Ada ${at + more}` }),
        ),
      );
    }
    await commands[Symbol.asyncDispose]();
    const next = bed.pipeline();
    const change = { type: 'change-profile', name: 'Ada 1999' } as const;
    const { eventsRead, eventsWritten } = await costOf(() => next.account(userId, change));
    expect(eventsWritten).toBe(0); // she bears that name: the snapshot knew it
    expect(eventsRead).toBeLessThanOrEqual(1_000);
  });
});
