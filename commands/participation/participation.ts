import { seesFromOf } from '../../domain/conversation/members.ts';
import type { ConversationState } from '../../domain/conversation/state.ts';
import type { ConversationId, UserId } from '../../domain/ids.ts';
import { participationKey } from '../../domain/ids.ts';
import type {
  ConversationFacts,
  ParticipationCommand,
} from '../../domain/participation/commands.ts';
import type { Commands, ParticipationChange } from '../commands.ts';
import type { UseCaseContext } from '../context.ts';
import { openMarks } from './marks.ts';

export type ParticipationOutcome = Awaited<ReturnType<Commands['participation']>>;

export type ParticipationCommands = {
  readonly submit: Commands['participation'];
  /** Stores the marks that are held back. */
  flush(): Promise<void>;
};

/**
 * What one person keeps about one conversation; marks of somebody who reads on are stored once a
 * second.
 */
export function openParticipationCommands(context: UseCaseContext): ParticipationCommands {
  const submit = async (
    by: UserId,
    conversationId: ConversationId,
    change: ParticipationChange,
  ): Promise<ParticipationOutcome> => {
    const { registry, newId, now } = context;
    const facts = await registry.conversation.peek(conversationId, (state) => factsOf(state, by));
    const command = toCommand(change, { facts, atMs: now() });
    const reply = await registry.participation.submit(participationKey(conversationId, by), {
      command,
      answer: (state) => state,
      eventId: newId,
      needsFacts: () => false,
    });
    if (reply.kind === 'needs-facts') throw new Error('a participation needs no look-up');
    return reply;
  };
  const marks = openMarks(context, submit);
  return {
    submit: (by, conversationId, change) =>
      change.type === 'mark-delivered' || change.type === 'mark-read'
        ? marks.move(by, conversationId, change)
        : submit(by, conversationId, change),
    flush: marks.flush,
  };
}

function factsOf(state: ConversationState, by: UserId): ConversationFacts {
  if (state.situation === 'none') return { situation: 'none' };
  const { situation, kind, lastNumber, members, settings } = state;
  return {
    ...{ situation, kind, lastNumber, member: members.has(by), joining: settings.joining },
    seesFrom: seesFromOf(state, by),
  };
}

function toCommand(
  change: ParticipationChange,
  asked: { readonly facts: ConversationFacts; readonly atMs: number },
): ParticipationCommand {
  if (change.type !== 'clear-history') return { ...change, ...asked };
  const { facts } = asked;
  const last = facts.situation === 'none' ? 0 : facts.lastNumber;
  return { type: 'clear-history', ...asked, upTo: change.upTo ?? last };
}
