import { describe, expect, it } from 'vitest';
import { accept } from '../domain/decider.ts';
import { openToldTracing } from '../ops/observe/traces/testing.ts';
import type { Journal, JournalAppend } from '../ops/vault/port.ts';
import { commandLimits } from './limits.ts';
import { openMailboxes } from './mailboxes.ts';

type Added = { readonly type: 'added' };

/** A mailbox that keeps what it would store, each in the trace that it names. */
function open(fails: () => boolean = () => false) {
  const appended: JournalAppend<Added>['events'][] = [];
  const reported: (string | undefined)[] = [];
  const heres: (string | undefined)[] = [];
  const { tracing } = openToldTracing();
  const journal: Journal<Added> = {
    read: async function* () {},
    append: async ({ events }) => {
      heres.push(tracing.here());
      if (fails()) throw new Error('a defect');
      appended.push(events);
      return { kind: 'appended', revision: 0, positions: events.map(() => 1n) };
    },
    readSnapshot: async () => null,
    writeSnapshot: async () => undefined,
  };
  const decide = () => accept<Added>({ type: 'added' });
  const mailboxes = openMailboxes<number, object, Added, never>(
    {
      decider: { category: 'sum', initialState: () => ({}), decide, evolve: (state) => state },
      ...{ journal, weigh: () => 1 },
      snapshots: { version: 1, write: () => 0, read: () => null },
    },
    {
      ...{ limits: commandLimits, now: () => 0, tracing },
      report: (_cause, traceparent) => void reported.push(traceparent),
    },
  );
  const ask = () => {
    const span = tracing.begin('command');
    const needsFacts = () => false;
    const letter = { command: 1, answer: () => 0, eventId: () => 'id', needsFacts };
    const answered = tracing.within(span, () => mailboxes.submit('a', letter));
    return { traceparent: span.traceparent, answered };
  };
  return { ask, appended, reported, heres };
}

describe('commands that are stored together', () => {
  it('give each event the trace of its own command', async () => {
    const { ask, appended, heres } = open();
    const asked = [ask(), ask(), ask()];
    await Promise.all(asked.map(({ answered }) => answered));
    const named = appended.flat().map(({ traceparent }) => traceparent);
    expect(named).toEqual(asked.map(({ traceparent }) => traceparent));
    expect([...new Set(heres)]).toEqual([undefined]); // what serves all belongs to none
  });

  it('report what went wrong in a trace of one that it went wrong for', async () => {
    let appends = 0;
    const { ask, reported } = open(() => {
      appends += 1;
      return appends > 1;
    });
    const first = ask();
    await first.answered;
    const second = ask();
    expect(await second.answered).toMatchObject({ kind: 'unavailable' });
    expect(reported).toEqual([second.traceparent]);
  });
});
