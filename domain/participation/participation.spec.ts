import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { UserId } from '../ids.ts';
import { dayMs, noonMs } from '../testing/people.ts';
import { eventsOf, fold, scenario } from '../testing/scenario.ts';
import type { BegunFacts, ConversationFacts, ParticipationCommand } from './commands.ts';
import type { MarksMoved, MessageHidden, ParticipationEvent } from './events.ts';
import { hiddenMessagesMax } from './limits.ts';
import { participation } from './participation.ts';
import { fromSnapshot, snapshot } from './snapshot.ts';

const group: BegunFacts = {
  situation: 'open',
  kind: 'group',
  lastNumber: 10,
  member: true,
  joining: 'invited',
  seesFrom: 1,
};
const channel: BegunFacts = { ...group, kind: 'channel', member: false, joining: 'open' };
const about = (facts: ConversationFacts) => ({ atMs: noonMs, facts });
const read = (number: number, facts: ConversationFacts = group) =>
  ({ type: 'mark-read', number, ...about(facts) }) as const;
const delivered = (number: number) =>
  ({ type: 'mark-delivered', number, ...about(group) }) as const;
const moved = (deliveredUpTo: number, readUpTo: number): MarksMoved => ({
  type: 'marks-moved',
  deliveredUpTo,
  readUpTo,
});
const hidden = (number: number): MessageHidden => ({ type: 'message-hidden', number });
const hide = (number: number) => ({ type: 'hide-message', number, ...about(group) }) as const;
const clear = (upTo: number) => ({ type: 'clear-history', upTo, ...about(group) }) as const;
const mute = (untilMs: number | undefined) => ({ type: 'mute', untilMs, ...about(group) }) as const;
const joined = { type: 'channel-joined', atNumber: 10, seesFrom: 1 } as const;
const left = { type: 'channel-left', atNumber: 10 } as const;
const join = (facts: ConversationFacts) => ({ type: 'join-channel', ...about(facts) }) as const;
const leave = (facts: ConversationFacts) => ({ type: 'leave-channel', ...about(facts) }) as const;

describe('marks', () => {
  scenario(participation, 'reading implies delivery').given().when(read(4)).thenEvents(moved(4, 4));

  scenario(participation, 'delivery does not imply reading')
    .given(moved(4, 4))
    .when(delivered(7))
    .thenEvents(moved(7, 4));

  scenario(participation, 'reading less than was delivered keeps the delivery')
    .given(moved(7, 4))
    .when(read(6))
    .thenEvents(moved(7, 6));

  scenario(participation, 'never move back').given(moved(7, 6)).when(read(3)).thenNothing();

  scenario(participation, 'a delivery that comes late changes nothing')
    .given(moved(7, 6))
    .when(delivered(6))
    .thenNothing();

  for (const number of [11, 0, -1, 1.5, Number.NaN]) {
    scenario(participation, `do not move to ${number} when ten messages were sent`)
      .given()
      .when(read(number))
      .thenRefused({ kind: 'no-such-message' });
  }

  scenario(participation, 'are a member’s')
    .given()
    .when(read(4, { ...group, member: false }))
    .thenRefused({ kind: 'not-a-member' });

  scenario(participation, 'are a subscriber’s')
    .given(joined)
    .when(read(4, channel))
    .thenEvents(moved(4, 4));

  scenario(participation, 'are not those of a subscriber who left')
    .given(joined, left)
    .when(read(4, channel))
    .thenRefused({ kind: 'not-a-member' });

  scenario(participation, 'need a conversation')
    .given()
    .when(read(4, { situation: 'none' }))
    .thenRefused({ kind: 'no-such-conversation' });

  scenario(participation, 'move on in a closed conversation')
    .given()
    .when(read(4, { ...group, situation: 'closed' }))
    .thenEvents(moved(4, 4));
});

describe('marked as unread', () => {
  const marked = { type: 'marked-unread' } as const;

  scenario(participation, 'is put by hand')
    .given(moved(9, 9))
    .when({ type: 'mark-unread', ...about(group) })
    .thenEvents(marked);

  scenario(participation, 'goes when somebody reads, also what she had read before')
    .given(moved(9, 9), marked)
    .when(read(9))
    .thenEvents({ type: 'unread-mark-cleared' });

  scenario(participation, 'goes together with the marks’ moving')
    .given(moved(9, 8), marked)
    .when(read(10))
    .thenEvents(moved(10, 10), { type: 'unread-mark-cleared' });
});

describe('muting', () => {
  scenario(participation, 'lasts until a moment')
    .given()
    .when(mute(noonMs + dayMs))
    .thenEvents({ type: 'muted', untilMs: noonMs + dayMs });

  scenario(participation, 'or for good')
    .given({ type: 'muted', untilMs: noonMs + dayMs })
    .when(mute(undefined))
    .thenEvents({ type: 'muted', untilMs: undefined });

  scenario(participation, 'does not end before it begins')
    .given()
    .when(mute(noonMs))
    .thenRefused({ kind: 'mute-in-the-past' });

  scenario(participation, 'repeated when its moment has passed is still a repeat')
    .given({ type: 'muted', untilMs: noonMs - 1 })
    .when(mute(noonMs - 1))
    .thenNothing();

  scenario(participation, 'is undone')
    .given({ type: 'muted', untilMs: undefined })
    .when({ type: 'unmute', ...about(group) })
    .thenEvents({ type: 'unmuted' });
});

describe('what a person keeps for herself', () => {
  for (const [type, done, opposite, undone] of [
    ['archive', 'archived', 'unarchive', 'unarchived'],
    ['pin-conversation', 'conversation-pinned', 'unpin-conversation', 'conversation-unpinned'],
  ] as const) {
    scenario(participation, `${type} once`)
      .given()
      .when({ type, ...about(group) })
      .thenEvents({ type: done });

    scenario(participation, `${opposite} once`)
      .given({ type: done })
      .when({ type: opposite, ...about(group) })
      .thenEvents({ type: undone });

    scenario(participation, `${opposite} is so already at first`)
      .given()
      .when({ type: opposite, ...about(group) })
      .thenNothing();
  }
});

describe('deleting for oneself', () => {
  scenario(participation, 'clears up to the number that was last')
    .given()
    .when(clear(99))
    .thenEvents({ type: 'history-cleared', upTo: 10 });

  scenario(participation, 'clears what came since')
    .given({ type: 'history-cleared', upTo: 4 })
    .when(clear(10))
    .thenEvents({ type: 'history-cleared', upTo: 10 });

  scenario(participation, 'brings nothing back')
    .given({ type: 'history-cleared', upTo: 10 })
    .when(clear(4))
    .thenNothing();

  scenario(participation, 'clears whole messages only')
    .given()
    .when(clear(0.5))
    .thenRefused({ kind: 'no-such-message' });

  scenario(participation, 'hides a single message').given().when(hide(7)).thenEvents(hidden(7));

  scenario(participation, 'hides nothing that is cleared already')
    .given({ type: 'history-cleared', upTo: 7 })
    .when(hide(7))
    .thenNothing();

  scenario(participation, 'needs a number that exists')
    .given()
    .when(hide(11))
    .thenRefused({ kind: 'no-such-message' });

  const full = Array.from({ length: hiddenMessagesMax }, (_, index) => hidden(index + 100));
  scenario(participation, 'hides no more than a thousand')
    .given(...full)
    .when(hide(7))
    .thenRefused({ kind: 'too-many-hidden-messages', max: hiddenMessagesMax });

  scenario(participation, 'has room again after clearing')
    .given(...full, { type: 'history-cleared', upTo: 100 })
    .when({ ...hide(2_000), facts: { ...group, lastNumber: 2_000 } })
    .thenEvents(hidden(2_000));
});

describe('a channel', () => {
  scenario(participation, 'is joined where it stands')
    .given()
    .when(join(channel))
    .thenEvents(joined);

  scenario(participation, 'is joined again after leaving')
    .given(joined, left)
    .when(join({ ...channel, lastNumber: 12 }))
    .thenEvents({ type: 'channel-joined', atNumber: 12, seesFrom: 1 });

  scenario(participation, 'shows who comes what its history rule says')
    .given()
    .when(join({ ...channel, seesFrom: 11 }))
    .thenEvents({ ...joined, seesFrom: 11 });

  scenario(participation, 'is joined by invitation where it says so')
    .given()
    .when(join({ ...channel, joining: 'invited' }))
    .thenRefused({ kind: 'invited-only' });

  scenario(participation, 'is not joined when it is closed')
    .given()
    .when(join({ ...channel, situation: 'closed' }))
    .thenRefused({ kind: 'conversation-closed' });

  scenario(participation, 'is not joined again by who was in when it closed')
    .given(joined)
    .when(join({ ...channel, situation: 'closed' }))
    .thenNothing();

  scenario(participation, 'is left, also when it is closed')
    .given(joined)
    .when(leave({ ...channel, situation: 'closed' }))
    .thenEvents(left);

  scenario(participation, 'says who removed somebody from it')
    .given(joined)
    .when({ ...leave(channel), by: 'the owner' as UserId })
    .thenEvents({ ...left, by: 'the owner' as UserId });

  scenario(participation, 'was left already by who never came')
    .given()
    .when(leave(channel))
    .thenNothing();

  for (const command of [join(group), leave(group)]) {
    scenario(participation, `a group is not: ${command.type}`)
      .given()
      .when(command)
      .thenRefused({ kind: 'not-a-channel' });
  }
});

describe('over generated histories', () => {
  const number = fc.integer({ min: -1, max: 12 });
  const untilMs = fc.option(fc.integer({ min: noonMs - 2, max: noonMs + 2 }), { nil: undefined });
  const facts = fc.constantFrom<ConversationFacts>(
    group,
    channel,
    { situation: 'none' },
    {
      ...channel,
      situation: 'closed',
    },
  );
  const type = fc.constantFrom<ParticipationCommand['type']>(
    'mark-delivered',
    'mark-read',
    'mark-unread',
    'mute',
    'unmute',
    'archive',
    'unarchive',
    'pin-conversation',
    'unpin-conversation',
    'clear-history',
    'hide-message',
    'join-channel',
    'leave-channel',
  );
  const anyCommands = fc.array(
    fc
      .record({ type, number, upTo: number, untilMs, facts, atMs: fc.constant(noonMs) })
      .map((command) => command as ParticipationCommand),
    { maxLength: 60, size: 'max' },
  );

  test('deciding twice gives nothing, marks only grow, and a snapshot keeps everything', () => {
    fc.assert(
      fc.property(anyCommands, (commands) => {
        let state = participation.initialState();
        for (const command of commands) {
          const decision = participation.decide(command, state);
          if (decision.verdict === 'refused') continue;
          const after = decision.events.reduce(participation.evolve, state);
          expect(eventsOf(participation.decide(command, after))).toEqual([]);
          expect(after.readUpTo).toBeGreaterThanOrEqual(state.readUpTo);
          expect(after.deliveredUpTo).toBeGreaterThanOrEqual(state.deliveredUpTo);
          expect(after.readUpTo).toBeLessThanOrEqual(after.deliveredUpTo);
          expect(after.clearedUpTo).toBeGreaterThanOrEqual(state.clearedUpTo);
          expect(fromSnapshot(JSON.parse(JSON.stringify(snapshot(after))))).toEqual(after);
          state = after;
        }
      }),
    );
  });

  test('evolve takes marks in any order and never moves back', () => {
    const marks = fc.record({ deliveredUpTo: fc.nat(20), readUpTo: fc.nat(20) });
    fc.assert(
      fc.property(fc.array(marks), (moves) => {
        const events = moves.map((move): ParticipationEvent => ({ type: 'marks-moved', ...move }));
        const state = fold(participation, events);
        expect(state.readUpTo).toBe(Math.max(0, ...moves.map((move) => move.readUpTo)));
        expect(state.readUpTo).toBeLessThanOrEqual(state.deliveredUpTo);
        expect(state.revision).toBe(moves.length - 1);
      }),
    );
  });

  test('an event of a newer build is counted and changes nothing', () => {
    const unknown = { type: 'moved-to-mars' } as unknown as ParticipationEvent;
    const state = fold(participation, [moved(3, 2), unknown]);
    expect(state).toEqual({ ...fold(participation, [moved(3, 2)]), revision: 1 });
  });

  test('a snapshot of another version is passed over', () => {
    expect(fromSnapshot({ version: 0 })).toBeNull();
    expect(fromSnapshot(null)).toBeNull();
  });
});
