import type { Decision } from '../decider.ts';
import { refuse, unreachable } from '../decider.ts';
import type { ConversationCommand, ConversationRefusal } from './commands.ts';
import type { ConversationEvent } from './events.ts';
import { addMembers, joinGroup, leave, removeMember } from './members.ts';
import { deleteMessage, editMessage } from './messages.ts';
import { pin, unpin } from './pins.ts';
import { react, unreact } from './reactions.ts';
import { setRole } from './roles.ts';
import { sendMessage } from './sending.ts';
import { updateConversation } from './settings.ts';
import { closeConversation, startConversation } from './starting.ts';
import type { BegunConversation, ConversationState } from './state.ts';

type Verdict = Decision<ConversationEvent, ConversationRefusal>;

/** Throws only when a fact is missing that needsEarlier or needsFacts would have asked for. */
export function decide(command: ConversationCommand, state: ConversationState): Verdict {
  if (command.type === 'start-conversation') return startConversation(command, state);
  if (state.situation === 'none') return refuse({ kind: 'no-such-conversation' });
  return decideBegun(command, state);
}

function decideBegun(
  command: Exclude<ConversationCommand, { type: 'start-conversation' }>,
  state: BegunConversation,
): Verdict {
  switch (command.type) {
    case 'update-conversation':
      return updateConversation(command, state);
    case 'add-members':
      return addMembers(command, state);
    case 'remove-member':
      return removeMember(command, state);
    case 'leave':
      return leave(command, state);
    case 'join-group':
      return joinGroup(command, state);
    case 'set-role':
      return setRole(command, state);
    case 'close-conversation':
      return closeConversation(command, state);
    case 'send-message':
      return sendMessage(command, state);
    case 'edit-message':
      return editMessage(command, state);
    case 'delete-message':
      return deleteMessage(command, state);
    case 'react':
      return react(command, state);
    case 'unreact':
      return unreact(command, state);
    case 'pin':
      return pin(command, state);
    case 'unpin':
      return unpin(command, state);
    default:
      return unreachable(command);
  }
}
