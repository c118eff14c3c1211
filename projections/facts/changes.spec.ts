import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ParleyEvent } from '../../domain/recorded.ts';
import { ada, bob } from '../../domain/testing/people.ts';
import type { Names } from '../../ops/vault/port.ts';
import {
  accountSamples,
  conversationSamples,
  participationSamples,
} from '../../schemas/events/testing/samples.ts';
import { anyHistory, conversationOf, recorder } from '../testing/history.ts';
import { changes, namedIn, time } from './changes.ts';
import { tables } from './tables.ts';

const names: Names = {
  person: (id) => `1${id.slice(-3).replace(/\D/g, '7')}`,
  conversation: (id) => `2${id.slice(-3)}`,
};
const here = conversationOf(1);

function recordedAll(text: string): readonly ParleyEvent[] {
  const { history, said, kept } = recorder();
  said(here, ...conversationSamples(text));
  kept(here, ada, ...participationSamples);
  const known = { id: 'e', revision: 0, position: 9n, recordedAtMs: 1_000, category: 'account' };
  const accounts = accountSamples(text).map((event) => ({ ...known, userId: ada, event }));
  return [...history, ...(accounts as readonly ParleyEvent[])];
}

const rowsOf = (recorded: ParleyEvent, table: string) =>
  changes(recorded, names)
    .filter((row) => row.table === table)
    .map(({ values }) => values);

describe('the facts of an event', () => {
  it('hold nothing that a person wrote, and no id of hers', () => {
    for (const recorded of recordedAll('a planted word')) {
      const said = JSON.stringify(changes(recorded, names));
      expect(said).not.toContain('planted');
      for (const id of [ada, bob, here]) expect(said).not.toContain(id);
    }
  });

  it('are the same whether its texts can be read or not', () => {
    const readable = recordedAll('text').map((recorded) => changes(recorded, names));
    const erased = recordedAll(null as unknown as string);
    expect(erased.map((recorded) => changes(recorded, names))).toEqual(readable);
  });

  it('are one row in fact_events, whatever else', () => {
    fc.assert(
      fc.property(anyHistory, (history) => {
        for (const recorded of history) {
          const rows = rowsOf(recorded, 'fact_events');
          expect(rows).toMatchObject([{ position: `${recorded.position}` }]);
        }
      }),
    );
  });

  it('name only columns that there are, and ask only for names that they said', () => {
    fc.assert(
      fc.property(anyHistory, (history) => {
        for (const recorded of history) {
          const { people, conversations } = namedIn(recorded);
          const known: Names = {
            person: (id) => (people.includes(id) ? '1' : expect.fail(id)),
            conversation: (id) => (conversations.includes(id) ? '2' : expect.fail(id)),
          };
          for (const { table, values } of changes(recorded, known)) {
            expect(Object.keys(tables[table].columns)).toEqual(
              expect.arrayContaining(Object.keys(values)),
            );
          }
        }
      }),
    );
  });

  it('count an erased person as nobody, and fill no row that would be about her', () => {
    const erased: Names = { ...names, person: () => '0' };
    for (const recorded of recordedAll('text')) {
      for (const { table, values } of changes(recorded, erased)) {
        if (table === 'fact_events') expect(values.person).toBe('0');
        else expect(tables[table].key).not.toContain('person');
      }
    }
  });
});

describe('a day is active', () => {
  const day = (recorded: ParleyEvent | undefined) =>
    recorded ? rowsOf(recorded, 'active_days') : [];
  const marks = (deliveredUpTo: number, readUpTo: number) => {
    const { history, kept } = recorder();
    kept(here, ada, { type: 'marks-moved', deliveredUpTo, readUpTo });
    return day(history[0]);
  };

  it('when all that was delivered was read, not when something was delivered', () => {
    expect(marks(3, 3)).toHaveLength(1);
    expect(marks(3, 2)).toEqual([]);
  });

  it('when something was sent here, not when it came with an archive', () => {
    const sent = recordedAll('text').filter(({ event }) => event.type === 'message-sent');
    expect(sent.flatMap(day)).toEqual([]); // the sample is imported
    const here = sent.map((one) => ({ ...one, event: { ...one.event, claimedAtMs: undefined } }));
    expect((here as readonly ParleyEvent[]).flatMap(day)).toMatchObject([{ wrote: true }]);
  });
});

it('a moment is told in UTC, and a claim beyond what the engine can say is moved', () => {
  expect(time(Date.UTC(2026, 10, 26, 16, 2, 3, 45))).toBe('2026-11-26 16:02:03.045');
  expect(time(-5)).toBe('1970-01-01 00:00:00.000');
  expect(time(Date.UTC(9999, 0))).toBe('2106-01-01 00:00:00.000');
});
