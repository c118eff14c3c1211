import type { ConversationChange, ParticipationChange } from '../../../commands/commands.ts';
import type { AccountCommand } from '../../../domain/account/commands.ts';

/** What a command is called in metrics: its type, or the way it is asked for. */
export type CommandName =
  | AccountCommand['type']
  | 'open-direct'
  | 'create-group'
  | 'create-channel'
  | 'send-message'
  | ConversationChange['type']
  | ParticipationChange['type'];

/** Incomplete, it does not compile. */
const names: Readonly<Record<CommandName, true>> = {
  ...{ register: true, 'change-profile': true, 'change-preferences': true },
  ...{ 'open-direct': true, 'create-group': true, 'create-channel': true, 'send-message': true },
  ...{ 'update-conversation': true, 'add-members': true, 'remove-member': true, leave: true },
  ...{ 'join-group': true, 'set-role': true, 'close-conversation': true, 'edit-message': true },
  ...{ 'delete-message': true, react: true, unreact: true, pin: true, unpin: true },
  ...{ 'mark-delivered': true, 'mark-read': true, 'mark-unread': true, mute: true, unmute: true },
  ...{ archive: true, unarchive: true, 'pin-conversation': true, 'unpin-conversation': true },
  ...{ 'clear-history': true, 'hide-message': true, 'join-channel': true, 'leave-channel': true },
};

export const commandNames = Object.keys(names) as readonly CommandName[];
