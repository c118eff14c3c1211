import type { Decision } from '../decider.ts';
import { accept, refuse } from '../decider.ts';
import { isAdmin } from './access.ts';
import type { ConversationRefusal, DeleteMessage, EditMessage } from './commands.ts';
import type { MessageDeleted, MessageEdited, MessageUnpinned } from './events.ts';
import type { KnownMessage } from './lookups.ts';
import { forbidsTouching, knownMessage } from './lookups.ts';
import { unfitText } from './sending.ts';
import type { BegunConversation } from './state.ts';

/** Its author's, within the conversation's window, which is not asked of a repeat. */
export function editMessage(
  command: EditMessage,
  state: BegunConversation,
): Decision<MessageEdited, ConversationRefusal> {
  const refusal = forbidsTouching(command, state);
  if (refusal) return refuse(refusal);
  const message = knownMessage(command, state);
  if (!message) return refuse({ kind: 'no-such-message' });
  if (message.author !== command.by) return refuse({ kind: 'not-allowed' });
  if (message.deleted) return refuse({ kind: 'message-deleted' });
  if (message.contentTag === command.contentTag) return accept();
  const unfit = unfitText(command.text, 'client') ?? tooLate(command, message, state);
  if (unfit) return refuse(unfit);
  const { number, by, contentTag, text } = command;
  return accept({ type: 'message-edited', number, by, contentTag, text });
}

/** For everyone: its author or an admin. A pinned message is unpinned with it. */
export function deleteMessage(
  command: DeleteMessage,
  state: BegunConversation,
): Decision<MessageDeleted | MessageUnpinned, ConversationRefusal> {
  const refusal = forbidsTouching(command, state);
  if (refusal) return refuse(refusal);
  const message = knownMessage(command, state);
  if (!message) return refuse({ kind: 'no-such-message' });
  const { number, by } = command;
  if (message.author !== by && !isAdmin(state, by)) return refuse({ kind: 'not-allowed' });
  if (message.deleted) return accept();
  const deleted: MessageDeleted = { type: 'message-deleted', number, by };
  return state.pins.has(number)
    ? accept<MessageDeleted | MessageUnpinned>(deleted, { type: 'message-unpinned', number, by })
    : accept(deleted);
}

function tooLate(
  { atMs }: EditMessage,
  { sentAtMs }: KnownMessage,
  { settings: { editWindowMs } }: BegunConversation,
): ConversationRefusal | null {
  const open = editWindowMs > 0 && atMs - sentAtMs <= editWindowMs;
  return open ? null : { kind: 'edit-window-over', editWindowMs };
}
