import type { ConversationEvent } from '../../../domain/conversation/events.ts';
import type { ConversationId, UserId } from '../../../domain/ids.ts';
import type { ParticipationEvent } from '../../../domain/participation/events.ts';
import { encodeNodeId } from '../../../schemas/graphql/node-id.ts';
import { encodeRecord } from '../../../schemas/records/encode.ts';
import { readSettings } from '../../config/config.ts';
import { onServedEngines } from '../../engines.ts';
import type { Machines } from '../../machines.ts';
import { openMachines } from '../../machines.ts';
import type { FinalLogEvent, LogEvent } from '../../simulate/history.ts';

const idLength = 36;

/** Where the machines of a platform are: engines served from its folder, or servers by options. */
export type MachinesAt = {
  readonly folder: string;
  readonly machines?: Readonly<Record<string, string>> | undefined;
};

/**
 * The log as it is, of some conversations, after a position: read from the engines that the
 * platform serves, past everything that the platform itself would tell.
 */
export async function readTruth(
  at: MachinesAt,
  { conversations, after }: { readonly conversations: ReadonlySet<string>; readonly after: bigint },
): Promise<readonly FinalLogEvent[]> {
  await using machines = await openMachinesAt(at);
  const found: FinalLogEvent[] = [];
  for await (const page of machines.eventStore.readAll({ after })) {
    const relevant = page.filter(({ stream }) => /^(conversation|participation)-/.test(stream));
    for (const recorded of await machines.opener.open(relevant.map(encodeRecord))) {
      if (recorded?.category !== 'conversation' && recorded?.category !== 'participation') continue;
      const conversation = conversationNode(recorded.conversationId);
      if (!conversations.has(conversation)) continue;
      const { revision } = recorded;
      const position = recorded.position.toString();
      const event =
        recorded.category === 'conversation'
          ? conversationEvent(recorded.event)
          : participationEvent(recorded.event, person(recorded.userId));
      found.push({ line: 'log', conversation, revision, position, event });
    }
  }
  return found;
}

/** The machines of a platform that runs. */
export function openMachinesAt({ folder, machines = {} }: MachinesAt): Promise<Machines> {
  const outcome = readSettings({ PARLEY_DATA: folder, ...machines }, folder);
  if (outcome.kind === 'refused') throw new Error(outcome.problems.join('\n'));
  return openMachines(onServedEngines(outcome.settings.config));
}

function conversationEvent(event: ConversationEvent): LogEvent {
  switch (event.type) {
    case 'conversation-started':
      return {
        ...{ kind: 'started', conversationKind: event.kind },
        people: event.members.map(({ user }) => person(user)),
        historyVisible: event.settings.history === 'everything' ? 'from-start' : 'from-joining',
      };
    case 'members-added':
      return { kind: 'joined', people: event.members.map(({ user }) => person(user)) };
    case 'member-joined':
      return { kind: 'joined', people: [person(event.user)] };
    case 'member-left':
      return { kind: 'left', people: [person(event.user)] };
    case 'member-removed':
      return { kind: 'removed', people: [person(event.user)] };
    case 'message-sent': {
      const { number, clientId: message, replyTo = null } = event;
      return { kind: 'sent', number, message, author: person(event.author), replyTo };
    }
    case 'message-edited':
      return { kind: 'edited', number: event.number, text: (event.text ?? '').slice(idLength + 1) };
    case 'message-deleted':
      return { kind: 'deleted', number: event.number };
    default:
      return { kind: 'other' };
  }
}

function participationEvent(event: ParticipationEvent, who: string): LogEvent {
  switch (event.type) {
    case 'marks-moved': {
      const { deliveredUpTo: delivered, readUpTo: read } = event;
      return { kind: 'marked', person: who, delivered, read };
    }
    case 'history-cleared':
      return { kind: 'cleared', person: who, upTo: event.upTo };
    case 'channel-joined':
      return { kind: 'joined', people: [who] };
    case 'channel-left':
      return { kind: 'left', people: [who] };
    default:
      return { kind: 'other' };
  }
}

function person(userId: UserId): string {
  return encodeNodeId({ type: 'Person', userId });
}

function conversationNode(conversationId: ConversationId): string {
  return encodeNodeId({ type: 'Conversation', conversationId });
}
