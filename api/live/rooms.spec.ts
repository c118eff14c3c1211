import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ConversationId, UserId } from '../../domain/ids.ts';
import type { ParleyEvent } from '../../domain/recorded.ts';
import { groupStarted, sent } from '../../domain/testing/conversation.ts';
import { ada, bob, cleo, noonMs, person } from '../../domain/testing/people.ts';
import { membershipChange, openRooms } from './rooms.ts';

const room = (index: number) =>
  `0198f1d2-0000-7000-8000-${String(index).padStart(12, '0')}` as ConversationId;

describe('who is here', () => {
  it('is somebody as long as she has a device', () => {
    const rooms = openRooms<string>();
    const present = rooms.enter(ada, 'phone');
    expect(rooms.enter(ada, 'desk')).toBe(present);
    rooms.join(present, room(1), 5);
    expect(rooms.leave(ada, 'phone')).toBe(false);
    expect([...rooms.members(room(1))]).toEqual([[present, 5]]);
    expect(rooms.leave(ada, 'desk')).toBe(true);
    expect(rooms.person(ada)).toBeNull();
    expect(rooms.members(room(1)).size).toBe(0);
    expect(rooms.leave(ada, 'desk')).toBe(true);
  });

  it('is in a conversation until she parts, and stays in the others', () => {
    const rooms = openRooms<string>();
    const present = rooms.enter(ada, 'phone');
    for (const index of [1, 2]) rooms.join(present, room(index), 1);
    rooms.part(present, room(1));
    rooms.part(present, room(1));
    expect([rooms.members(room(1)).size, rooms.members(room(2)).size]).toEqual([0, 1]);
    expect(rooms.stats()).toEqual({ people: 1, conversations: 1 });
  });

  it('sees from where she came in last', () => {
    const rooms = openRooms<string>();
    const present = rooms.enter(ada, 'phone');
    rooms.join(present, room(1), 1);
    rooms.part(present, room(1));
    rooms.join(present, room(1), 9);
    expect([...rooms.members(room(1)).values()]).toEqual([9]);
  });

  it('sees nothing up to where she cleared, and only ever less', () => {
    const rooms = openRooms<string>();
    const present = rooms.enter(ada, 'phone');
    rooms.join(present, room(1), 5);
    const seen: number[] = [];
    for (const upTo of [3, 7, 4]) {
      rooms.clear(present, room(1), upTo);
      seen.push(...rooms.members(room(1)).values());
    }
    expect(seen).toEqual([5, 8, 8]);
  });

  it('sees nothing of what she cleared while she was being let in', () => {
    const rooms = openRooms<string>();
    const present = rooms.enter(ada, 'phone');
    rooms.clear(present, room(1), 9);
    expect(rooms.members(room(1)).size).toBe(0);
    rooms.join(present, room(1), 5); // as the read models had it before
    expect([...rooms.members(room(1)).values()]).toEqual([10]);
  });

  it('leaves nothing behind, whoever came and went in whatever order', () => {
    const step = fc.record({
      user: fc.integer({ min: 1, max: 4 }).map(person),
      device: fc.constantFrom('phone', 'desk'),
      rooms: fc.array(fc.integer({ min: 1, max: 5 }).map(room), { maxLength: 3 }),
      what: fc.constantFrom('enter', 'part', 'leave'),
    });
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const rooms = openRooms<string>();
        for (const { user, device, rooms: some, what } of steps) {
          if (what === 'leave') rooms.leave(user, device);
          const present = what === 'enter' ? rooms.enter(user, device) : rooms.person(user);
          if (!present) continue;
          for (const one of some) {
            if (what === 'enter') rooms.join(present, one, 1);
            else rooms.part(present, one);
          }
        }
        for (const index of [1, 2, 3, 4, 5].map(room)) {
          for (const present of rooms.members(index).keys()) {
            expect(rooms.person(present.userId)).toBe(present);
            expect(present.conversations.has(index)).toBe(true);
          }
        }
        for (const user of [1, 2, 3, 4].map(person)) {
          for (const device of ['phone', 'desk']) rooms.leave(user, device);
        }
        expect(rooms.stats()).toEqual({ people: 0, conversations: 0 });
      }),
    );
  });
});

describe('membership', () => {
  const said = (event: Extract<ParleyEvent, { category: 'conversation' }>['event']) =>
    membershipChange({
      ...{ category: 'conversation', conversationId: room(1), event, position: 1n, revision: 0 },
      ...{ recordedAtMs: noonMs },
    } as ParleyEvent);
  const kept = (type: 'channel-joined' | 'channel-left' | 'archived', userId: UserId = cleo) =>
    membershipChange({
      ...{ category: 'participation', conversationId: room(1), userId, event: { type } },
      ...{ position: 1n, revision: 0, recordedAtMs: noonMs },
    } as ParleyEvent);
  const of = { conversationId: room(1) };

  it('begins for all who start a conversation', () => {
    expect(said(groupStarted([bob]))).toEqual({ ...of, joined: [ada, bob], left: [] });
  });

  it('ends for who leaves or is removed', () => {
    const left = { ...of, joined: [], left: [bob] };
    expect(said({ type: 'member-left', user: bob, atNumber: 1 })).toEqual(left);
    expect(said({ type: 'member-removed', user: bob, by: ada, atNumber: 1 })).toEqual(left);
  });

  it('in a channel is each subscriber’s own', () => {
    expect(kept('channel-joined')).toEqual({ ...of, joined: [cleo], left: [] });
    expect(kept('channel-left')).toEqual({ ...of, joined: [], left: [cleo] });
  });

  it('is not changed by talking', () => {
    expect(said(sent(1, ada))).toBeNull();
    expect(kept('archived')).toBeNull();
  });
});
