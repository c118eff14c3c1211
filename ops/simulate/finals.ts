import type { UserId } from '../../domain/ids.ts';
import type { ParleyEvent } from '../../domain/recorded.ts';
import { projections } from '../../projections/all.ts';
import { encodeRecord } from '../../schemas/records/encode.ts';
import { rebuild } from '../../workers/rebuild/rebuild.ts';
import type { InboxRow, LogEvent, SeenMessage } from './history.ts';
import type { Network } from './network.ts';
import type { Device } from './people/device.ts';
import { history } from './people/device.ts';
import { documents } from './people/documents.ts';
import { outcomeOf } from './people/requests.ts';
import type { SimulatedProcess } from './process.ts';
import type { Recorder, Who } from './recorder.ts';

/** What the end of a history is read from. */
export type Ending = {
  readonly recorder: Recorder;
  readonly network: Network;
  readonly people: readonly string[];
  readonly devices: readonly Device[];
  /** A process of its own that outlives all others. */
  readonly observer: SimulatedProcess;
};

/** The log, every history, every inbox and every device; then all read models anew, and again. */
export async function writeFinals(ending: Ending): Promise<void> {
  const conversations = await writeLog(ending);
  await writeTimelines(ending, conversations);
  for (const person of ending.people) {
    const rows = await inboxOf(ending, person);
    const hers = ending.devices.filter(({ who }) => who.person === person);
    const devices = hers.map(({ who }) => who.session);
    ending.recorder.write({ line: 'inbox', person, rows, devices });
  }
  for (const { who, holds } of ending.devices) {
    for (const [conversation, held] of holds) {
      const messages = [...held.values()].sort((one, other) => one.number - other.number);
      const whole = true; // it reads every page before it listens
      ending.recorder.write({ line: 'device', ...who, conversation, messages, whole });
    }
  }
  await writeRebuilds(ending);
  await writeTimelines(ending, conversations);
}

async function writeLog({ recorder, observer }: Ending): Promise<readonly string[]> {
  const conversations = new Set<string>();
  const { eventStore, opener } = observer.machines;
  for await (const page of eventStore.readAll({ after: 0n })) {
    const opened = await opener.open(page.map(encodeRecord));
    for (const recorded of opened) {
      if (!recorded || !('event' in recorded) || recorded.category === 'account') continue;
      const { conversationId: conversation, revision, position } = recorded;
      conversations.add(conversation);
      recorder.write({
        ...{ line: 'log', conversation, revision, position: String(position) },
        event: toldOf(recorded),
      });
    }
  }
  return [...conversations];
}

const clientIdLength = 36;

function toldOf(recorded: Exclude<ParleyEvent, { readonly category: 'account' }>): LogEvent {
  const { event } = recorded;
  const user = 'userId' in recorded ? recorded.userId : '';
  switch (event.type) {
    case 'conversation-started': {
      const { kind: conversationKind, members, settings } = event;
      const historyVisible = settings.history === 'everything' ? 'from-start' : 'from-joining';
      return { kind: 'started', conversationKind, people: members.map(userOf), historyVisible };
    }
    case 'members-added':
      return { kind: 'joined', people: event.members.map(userOf) };
    case 'member-joined':
      return { kind: 'joined', people: [event.user] };
    case 'channel-joined':
      return { kind: 'joined', people: [user] };
    case 'member-left':
      return { kind: 'left', people: [event.user] };
    case 'channel-left':
      return { kind: 'left', people: [user] };
    case 'member-removed':
      return { kind: 'removed', people: [event.user] };
    case 'message-sent': {
      const { number, clientId: message, author, replyTo = null } = event;
      return { kind: 'sent', number, message, author, replyTo };
    }
    case 'message-edited':
      return {
        ...{ kind: 'edited', number: event.number },
        text: (event.text ?? '').slice(clientIdLength + 1),
      };
    case 'message-deleted':
      return { kind: 'deleted', number: event.number };
    case 'marks-moved':
      return {
        ...{ kind: 'marked', person: user },
        ...{ delivered: event.deliveredUpTo, read: event.readUpTo },
      };
    case 'history-cleared':
      return { kind: 'cleared', person: user, upTo: event.upTo };
    default:
      return { kind: 'other' };
  }
}

function userOf({ user }: { readonly user: string }): string {
  return user;
}

async function writeTimelines(ending: Ending, conversations: readonly string[]): Promise<void> {
  for (const person of ending.people) {
    for (const conversation of conversations) {
      const messages = await wholeHistory(ending, { person, session: person }, conversation);
      ending.recorder.write({ line: 'timeline', person, session: null, conversation, messages });
    }
  }
}

async function wholeHistory(
  { network }: Ending,
  who: Who,
  conversation: string,
): Promise<readonly SeenMessage[]> {
  for (;;) {
    const messages = await history(conversation, { who, network });
    if (messages) return messages;
  }
}

async function inboxOf({ network }: Ending, person: string): Promise<readonly InboxRow[]> {
  for (;;) {
    const request = { text: documents.inbox, variables: { atLeast: null } };
    const result = await network.ask(person as UserId, request);
    const { inbox } = outcomeOf({ do: 'read-inbox', atLeast: null }, 'viewer', result);
    if (inbox) return inbox;
  }
}

async function writeRebuilds({ recorder, observer }: Ending): Promise<void> {
  const never = new AbortController().signal;
  for (const projection of projections) {
    const report = await rebuild({ ...observer.machines, projection, compare: true }, never);
    recorder.write({
      ...{ line: 'rebuild', projection: projection.name },
      rows: report.tables.reduce((sum, { liveRows }) => sum + liveRows, 0),
      differing: report.tables.flatMap(({ table, differing }) =>
        differing.map((key) => `${table} ${key}`),
      ),
    });
  }
}
