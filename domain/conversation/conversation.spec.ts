import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyCommand, anyStart } from '../testing/generated.ts';
import { noonMs } from '../testing/people.ts';
import type { World } from '../testing/world.ts';
import { ask, emptyWorld, informed } from '../testing/world.ts';
import type { ConversationCommand } from './commands.ts';
import { conversation } from './conversation.ts';
import type { ConversationEvent } from './events.ts';
import { copy, fromSnapshot, snapshot } from './snapshot.ts';

const anyHistory = fc
  .tuple(
    fc.constantFrom('direct', 'group', 'channel').chain(anyStart),
    fc.array(anyCommand, { maxLength: 80, size: 'max' }),
  )
  .map(([start, commands]) => [start, ...commands]);

/** Every state along a generated history, checked after each command. */
function everywhere(check: (world: World, command: ConversationCommand) => void): void {
  fc.assert(
    fc.property(anyHistory, (commands) => {
      const world = emptyWorld();
      for (const command of commands) check(world, command);
    }),
    { numRuns: 400 },
  );
}

describe('over generated histories', () => {
  test('deciding twice gives nothing the second time', () => {
    everywhere((world, command) => {
      if (ask(world, command).verdict === 'refused') return;
      const again = conversation.decide(informed(world, command), world.state);
      expect(again).toEqual({ verdict: 'accepted', events: [] });
    });
  });

  test('deciding changes nothing by itself', () => {
    everywhere((world, command) => {
      const before = JSON.stringify(snapshot(world.state));
      conversation.decide(informed(world, command), world.state);
      expect(JSON.stringify(snapshot(world.state))).toBe(before);
      ask(world, command);
    });
  });

  test('numbers are 1..n without a hole, and replies refer to lower ones', () => {
    everywhere((world, command) => {
      const decision = ask(world, command);
      if (decision.verdict === 'refused') return;
      for (const event of decision.events) {
        if (event.type !== 'message-sent') continue;
        expect(event.number).toBe(world.messages.length);
        expect(event.replyTo ?? 0).toBeLessThan(event.number);
      }
    });
  });

  test('a client id is used at most once by its author', () => {
    everywhere((world, command) => {
      ask(world, command);
      expect(world.byClientId.size).toBe(world.messages.length);
    });
  });

  test('an owner always remains while anybody does, and a pair stays a pair', () => {
    everywhere((world, command) => {
      ask(world, command);
      const { state } = world;
      if (state.situation === 'none') return;
      const roles = [...state.members.values()].map(({ role }) => role);
      if (state.kind === 'direct') expect(roles).toEqual(['member', 'member']);
      else if (roles.length > 0) expect(roles).toContain('owner');
      if (state.kind === 'channel') expect(roles).not.toContain('member');
    });
  });

  test('a restored snapshot decides as the state that was never put away', () => {
    everywhere((world, command) => {
      const restored = fromSnapshot(JSON.parse(JSON.stringify(snapshot(world.state))));
      expect(restored).toEqual(world.state);
      const asked = informed(world, command);
      expect(restored && conversation.decide(asked, restored)).toEqual(ask(world, command));
    });
  });

  test('a copy stays as it was when the state goes on', () => {
    everywhere((world, command) => {
      const kept = copy(world.state);
      const before = JSON.stringify(snapshot(kept));
      ask(world, command);
      expect(JSON.stringify(snapshot(kept))).toBe(before);
    });
  });
});

describe('evolve', () => {
  const anyEvents = fc.array(
    anyHistory.map((commands) => {
      const world = emptyWorld();
      for (const command of commands) ask(world, command);
      return world.events;
    }),
    { maxLength: 4 },
  );

  test('takes any event in any situation and counts it', () => {
    fc.assert(
      fc.property(anyEvents, fc.infiniteStream(fc.nat()), (histories, chance) => {
        const events = histories.flat();
        const shuffled = events.map((_, index) => {
          const [pick] = chance.take(1);
          return events[(pick ?? index) % events.length] ?? unknown;
        });
        const state = [...shuffled, unknown].reduce(
          conversation.evolve,
          conversation.initialState(),
        );
        expect(state.revision).toBe(shuffled.length);
        expect(fromSnapshot(snapshot(state))?.revision).toBe(state.revision);
      }),
    );
  });

  const unknown = { type: 'moved-to-mars', atMs: noonMs } as unknown as ConversationEvent;
});
