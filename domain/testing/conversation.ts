import type {
  EditMessage,
  MessageFacts,
  SendMessage,
  StartConversation,
} from '../conversation/commands.ts';
import type {
  ConversationKind,
  ConversationSettings,
  ConversationStarted,
  MemberRole,
  MessageSent,
} from '../conversation/events.ts';
import { settingsDefaults } from '../conversation/limits.ts';
import type { UserId } from '../ids.ts';
import { ada, bob, clientIdAt, noonMs, secondMs } from './people.ts';

/** Ada's group: she owns it, the others are members. */
export function groupStarted(
  others: readonly UserId[] = [bob],
  settings: Partial<ConversationSettings> = {},
): ConversationStarted {
  return started('group', [ada, ...others], settings);
}

export function directStarted(one: UserId = ada, other: UserId = bob): ConversationStarted {
  return started('direct', [one, other], {});
}

export function channelStarted(settings: Partial<ConversationSettings> = {}): ConversationStarted {
  return started('channel', [ada], settings);
}

/** Said n seconds after noon, under a client id of that moment. */
export function sent(number: number, author: UserId, text = `text ${number}`): MessageSent {
  const atMs = noonMs + number * secondMs;
  return {
    type: 'message-sent',
    number,
    atMs,
    author,
    peer: undefined,
    clientId: clientIdAt(atMs, number),
    contentTag: `tag of ${text}`,
    form: 'text',
    text,
    replyTo: undefined,
    claimedAtMs: undefined,
  };
}

/** The command that leads to `sent(number, …)`. */
export function send(number: number, by: UserId, text = `text ${number}`): SendMessage {
  const { atMs, clientId, contentTag } = sent(number, by, text);
  return {
    type: 'send-message',
    by,
    atMs,
    clientId,
    contentTag,
    form: 'text',
    text,
    replyTo: undefined,
    claimedAtMs: undefined,
    source: 'client',
  };
}

export function start(
  kind: ConversationKind,
  by: UserId,
  others: readonly UserId[] = [],
): StartConversation {
  const title = kind === 'direct' ? '' : 'Harbour';
  return {
    type: 'start-conversation',
    kind,
    by,
    atMs: noonMs,
    title,
    about: '',
    others,
    settings: {},
  };
}

/** A minute after noon. */
export function edit(number: number, by: UserId, text: string): EditMessage {
  const atMs = noonMs + 60 * secondMs;
  return { type: 'edit-message', by, atMs, number, text, contentTag: `tag of ${text}` };
}

/** What a look-up finds about a message of this author, sent at noon. */
export function found(author: UserId, ownReactions: readonly string[] = []): MessageFacts {
  return { author, sentAtMs: noonMs, deleted: false, contentTag: 'tag of old', ownReactions };
}

function started(
  kind: ConversationKind,
  users: readonly UserId[],
  settings: Partial<ConversationSettings>,
): ConversationStarted {
  return {
    type: 'conversation-started',
    kind,
    by: users[0] ?? ada,
    title: kind === 'direct' ? '' : 'Harbour',
    about: '',
    members: users.map(
      (user, index): MemberRole => ({
        user,
        role: index === 0 && kind !== 'direct' ? 'owner' : 'member',
      }),
    ),
    settings: { ...settingsDefaults[kind], ...settings },
  };
}
