import type { Commands } from '../../commands/commands.ts';
import type { Outcome } from '../../commands/outcome.ts';
import type { CommandName } from './metrics/command-names.ts';

/** Does what was asked, and what else somebody wants done around it. */
export type Around = <Answer, Refusal extends { readonly kind: string }>(
  command: CommandName,
  asked: () => Promise<Outcome<Answer, Refusal>>,
) => Promise<Outcome<Answer, Refusal>>;

/** The same commands, each with something around it. */
export function eachCommand(commands: Commands, around: Around): Commands {
  return {
    ...commands,
    account: (userId, command) => around(command.type, () => commands.account(userId, command)),
    openDirect: (by, other) => around('open-direct', () => commands.openDirect(by, other)),
    createGroup: (by, group) => around('create-group', () => commands.createGroup(by, group)),
    createChannel: (by, group) => around('create-channel', () => commands.createChannel(by, group)),
    sendMessage: (by, message) => around('send-message', () => commands.sendMessage(by, message)),
    conversation: (by, id, change) =>
      around(change.type, () => commands.conversation(by, id, change)),
    participation: (by, id, change) =>
      around(change.type, () => commands.participation(by, id, change)),
  };
}
