import fc from 'fast-check';
import type { ConversationEvent, ConversationKind } from '../../domain/conversation/events.ts';
import { seesFromOf } from '../../domain/conversation/members.ts';
import type { ConversationId, UserId } from '../../domain/ids.ts';
import { parseConversationId } from '../../domain/ids.ts';
import type { ParticipationCommand } from '../../domain/participation/commands.ts';
import type { ParticipationEvent } from '../../domain/participation/events.ts';
import { participation } from '../../domain/participation/participation.ts';
import type { ParleyEvent } from '../../domain/recorded.ts';
import { anyCommand, anyStart } from '../../domain/testing/generated.ts';
import { ada, bob, cleo, dan, eve, noonMs, secondMs } from '../../domain/testing/people.ts';
import type { World } from '../../domain/testing/world.ts';
import { ask, emptyWorld } from '../../domain/testing/world.ts';

export const everybody: readonly UserId[] = [ada, bob, cleo, dan, eve];

/** The same conversation for the same index. */
export function conversationOf(index: number): ConversationId {
  const id = parseConversationId(`0198f1d2-0000-7000-8000-${String(index).padStart(12, '0')}`);
  if (!id) throw new Error('a conversation needs an index');
  return id;
}

/** Writes events down as one log would: positions grow, revisions count in their stream. */
export function recorder() {
  const history: ParleyEvent[] = [];
  const revisions = new Map<string, number>();
  const envelope = (stream: string) => {
    const revision = (revisions.get(stream) ?? -1) + 1;
    revisions.set(stream, revision);
    const count = history.length + 1;
    const id = `00000000-0000-4000-a000-${String(count).padStart(12, '0')}`;
    const recordedAtMs = noonMs + count * secondMs;
    return { id, revision, position: BigInt(count * 10), recordedAtMs };
  };
  return {
    history,
    said: (conversationId: ConversationId, ...events: readonly ConversationEvent[]) => {
      for (const event of events) {
        const known = envelope(conversationId);
        history.push({ ...known, category: 'conversation', conversationId, event });
      }
    },
    kept: (
      conversationId: ConversationId,
      userId: UserId,
      ...events: readonly ParticipationEvent[]
    ) => {
      for (const event of events) {
        const known = envelope(conversationId + userId);
        history.push({ ...known, category: 'participation', conversationId, userId, event });
      }
    },
  };
}

type Step =
  | { readonly of: 'conversation'; readonly command: Parameters<typeof ask>[1] }
  | { readonly of: 'participation'; readonly user: UserId; readonly command: OwnCommand };
type OwnCommand = {
  readonly type: ParticipationCommand['type'];
  readonly number: number;
};

const ownCommand = fc.record({
  type: fc.constantFrom(
    ...(['mark-read', 'mark-read', 'mark-delivered', 'mark-unread', 'mute', 'unmute'] as const),
    ...(['archive', 'unarchive', 'pin-conversation', 'unpin-conversation'] as const),
    ...(['clear-history', 'hide-message', 'join-channel', 'join-channel'] as const),
    'leave-channel' as const,
  ),
  number: fc.integer({ min: 1, max: 10 }),
});

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: anyCommand.map((command) => ({ of: 'conversation', command })) },
    {
      weight: 2,
      arbitrary: fc
        .record({ user: fc.constantFrom(...everybody), command: ownCommand })
        .map((given) => ({ of: 'participation', ...given })),
    },
  ) as fc.Arbitrary<Step>,
  { minLength: 20, maxLength: 60 },
);

/** What the deciders make of generated commands in one conversation of each kind. */
export const anyHistory: fc.Arbitrary<readonly ParleyEvent[]> = fc
  .tuple(...(['direct', 'group', 'channel'] as const).map((kind) => part(kind)))
  .map((parts) => {
    const { history, said, kept } = recorder();
    for (const [index, part] of parts.entries()) {
      const conversationId = conversationOf(index + 1);
      for (const { user, event } of part) {
        if (user === null) said(conversationId, event);
        else kept(conversationId, user, event);
      }
    }
    return history;
  });

type Happened =
  | { readonly user: null; readonly event: ConversationEvent }
  | { readonly user: UserId; readonly event: ParticipationEvent };

function part(kind: ConversationKind): fc.Arbitrary<readonly Happened[]> {
  return fc.tuple(anyStart(kind), steps).map(([start, given]) => {
    const world = emptyWorld();
    const own = new Map(everybody.map((user) => [user, participation.initialState()]));
    const happened: Happened[] = [];
    for (const step of [{ of: 'conversation', command: start } as const, ...given]) {
      if (step.of === 'conversation') happened.push(...said(world, step.command));
      else happened.push(...kept(world, own, step));
    }
    return happened;
  });
}

function said(world: World, command: Parameters<typeof ask>[1]): readonly Happened[] {
  const before = world.events.length;
  ask(world, command);
  return world.events.slice(before).map((event) => ({ user: null, event }));
}

function kept(
  { state }: World,
  own: Map<UserId, ReturnType<typeof participation.initialState>>,
  { user, command }: Extract<Step, { readonly of: 'participation' }>,
): readonly Happened[] {
  const before = own.get(user);
  if (!before || state.situation === 'none') return [];
  const { situation, kind, lastNumber, members, settings } = state;
  const member = members.has(user);
  const seesFrom = seesFromOf(state, user);
  const facts = { situation, kind, lastNumber, member, joining: settings.joining, seesFrom };
  const { type, number } = command;
  const asked = { type, number, upTo: number, untilMs: undefined, atMs: noonMs, facts };
  const decision = participation.decide(asked as ParticipationCommand, before);
  if (decision.verdict === 'refused') return [];
  own.set(user, decision.events.reduce(participation.evolve, before));
  return decision.events.map((event) => ({ user, event }));
}
