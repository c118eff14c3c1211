import type { Decision } from '../decider.ts';
import { accept, refuse } from '../decider.ts';
import type { UserId } from '../ids.ts';
import { forbids } from './access.ts';
import type { CloseConversation, ConversationRefusal, StartConversation } from './commands.ts';
import type { ConversationClosed, ConversationStarted, MemberRole } from './events.ts';
import { directMembersMax, groupMembersMax, settingsDefaults } from './limits.ts';
import { outOfRange, unfitAbout, unfitTitle, withChosen } from './settings.ts';
import type { BegunConversation, ConversationState } from './state.ts';

/** A direct conversation starts once for ever, whoever of the pair asks and however often. */
export function startConversation(
  command: StartConversation,
  state: ConversationState,
): Decision<ConversationStarted, ConversationRefusal> {
  if (state.situation !== 'none') {
    return isRepeat(command, state) ? accept() : refuse({ kind: 'already-started' });
  }
  const others = [...new Set(command.others)].filter((user) => user !== command.by);
  const settings = withChosen(settingsDefaults[command.kind], command.settings);
  const refusal =
    unfitMembers(command, others) ?? unfitDetails(command) ?? outOfRange(command.kind, settings);
  if (refusal) return refuse(refusal);
  return accept({
    type: 'conversation-started',
    kind: command.kind,
    by: command.by,
    title: command.title,
    about: command.about,
    members: membersOf(command, others),
    settings,
  });
}

export function closeConversation(
  command: CloseConversation,
  state: BegunConversation,
): Decision<ConversationClosed, ConversationRefusal> {
  if (state.situation === 'closed') return accept();
  const refusal = forbids(state, command.by, 'owner');
  return refusal ? refuse(refusal) : accept({ type: 'conversation-closed', by: command.by });
}

function isRepeat(command: StartConversation, state: BegunConversation): boolean {
  if (command.kind !== state.kind) return false;
  return state.kind === 'direct' || command.by === state.startedBy;
}

function unfitMembers(
  { kind }: StartConversation,
  others: readonly UserId[],
): ConversationRefusal | null {
  if (kind === 'direct' && others.length === 0) return { kind: 'direct-with-oneself' };
  const max = { direct: directMembersMax, group: groupMembersMax, channel: 1 }[kind];
  return others.length + 1 > max ? { kind: 'too-many-members', max } : null;
}

function unfitDetails({ kind, title, about }: StartConversation): ConversationRefusal | null {
  if (kind !== 'direct') return unfitTitle(title) ?? unfitAbout(about);
  return title === '' && about === '' ? null : { kind: 'not-in-direct' };
}

function membersOf(
  { kind, by }: StartConversation,
  others: readonly UserId[],
): readonly MemberRole[] {
  const starter: MemberRole = { user: by, role: kind === 'direct' ? 'member' : 'owner' };
  return [starter, ...others.map((user): MemberRole => ({ user, role: 'member' }))];
}
