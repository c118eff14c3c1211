import type { Decision } from '../decider.ts';
import { accept, refuse, unreachable } from '../decider.ts';
import { joinChannel, leaveChannel } from './channel.ts';
import type { BegunFacts, Mute, ParticipationCommand, ParticipationRefusal } from './commands.ts';
import type { Muted, ParticipationEvent } from './events.ts';
import { clearHistory, hideMessage } from './history.ts';
import { markDelivered, markRead } from './marks.ts';
import type { ParticipationState } from './state.ts';

type Verdict = Decision<ParticipationEvent, ParticipationRefusal>;

/** A closed conversation can still be read, muted, archived and cleared. */
export function decide(command: ParticipationCommand, state: ParticipationState): Verdict {
  const { facts } = command;
  if (facts.situation === 'none') return refuse({ kind: 'no-such-conversation' });
  if (command.type === 'join-channel') return joinChannel(facts, state);
  if (command.type === 'leave-channel') return leaveChannel(facts, command.by, state);
  if (!facts.member && state.subscription.situation !== 'joined') {
    return refuse({ kind: 'not-a-member' });
  }
  return decideOwn(command, state, facts);
}

function decideOwn(
  command: Exclude<ParticipationCommand, { type: 'join-channel' | 'leave-channel' }>,
  state: ParticipationState,
  facts: BegunFacts,
): Verdict {
  switch (command.type) {
    case 'mark-delivered':
      return markDelivered(command, state, facts);
    case 'mark-read':
      return markRead(command, state, facts);
    case 'mark-unread':
      return state.markedUnread ? accept() : accept({ type: 'marked-unread' });
    case 'mute':
      return mute(command, state);
    case 'unmute':
      return state.muted.situation === 'loud' ? accept() : accept({ type: 'unmuted' });
    case 'archive':
      return state.archived ? accept() : accept({ type: 'archived' });
    case 'unarchive':
      return state.archived ? accept({ type: 'unarchived' }) : accept();
    case 'pin-conversation':
      return state.pinned ? accept() : accept({ type: 'conversation-pinned' });
    case 'unpin-conversation':
      return state.pinned ? accept({ type: 'conversation-unpinned' }) : accept();
    case 'clear-history':
      return clearHistory(command, state, facts);
    case 'hide-message':
      return hideMessage(command, state, facts);
    default:
      return unreachable(command);
  }
}

/** A repeat that arrives after its moment has passed is still a repeat. */
function mute(
  { untilMs, atMs }: Mute,
  { muted }: ParticipationState,
): Decision<Muted, ParticipationRefusal> {
  if (muted.situation === 'muted' && muted.untilMs === untilMs) return accept();
  if (untilMs !== undefined && untilMs <= atMs) return refuse({ kind: 'mute-in-the-past' });
  return accept({ type: 'muted', untilMs });
}
