import type { Decision } from '../decider.ts';
import { accept, refuse } from '../decider.ts';
import type { UserId } from '../ids.ts';
import type { BegunFacts, ParticipationRefusal } from './commands.ts';
import type { ChannelJoined, ChannelLeft } from './events.ts';
import type { ParticipationState } from './state.ts';

/** Subscribers live only here, so a channel may have any number of them. */
export function joinChannel(
  facts: BegunFacts,
  { subscription }: ParticipationState,
): Decision<ChannelJoined, ParticipationRefusal> {
  if (facts.kind !== 'channel') return refuse({ kind: 'not-a-channel' });
  if (subscription.situation === 'joined') return accept();
  if (facts.situation === 'closed') return refuse({ kind: 'conversation-closed' });
  if (facts.joining !== 'open' && !facts.member) return refuse({ kind: 'invited-only' });
  const { lastNumber: atNumber, seesFrom } = facts;
  return accept({ type: 'channel-joined', atNumber, seesFrom });
}

export function leaveChannel(
  facts: BegunFacts,
  by: UserId | undefined,
  { subscription }: ParticipationState,
): Decision<ChannelLeft, ParticipationRefusal> {
  if (facts.kind !== 'channel') return refuse({ kind: 'not-a-channel' });
  if (subscription.situation !== 'joined') return accept();
  return accept({ type: 'channel-left', atNumber: facts.lastNumber, ...(by && { by }) });
}
