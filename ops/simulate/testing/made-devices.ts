import type { Asked, Frame, HistoryLine } from '../history.ts';
import type { MadeConversation, MadeEvent } from './made-conversation.ts';
import { seenBy, windowIn } from './made-conversation.ts';
import type { Outcome } from './made-platform.ts';

/** A device of a made history: asks one thing after another, and is sent what it may see. */
export type MadeDevice = {
  readonly person: string;
  readonly session: string;
  readonly isWatching: boolean; // subscribes to events at all
  readonly waiting: MadeEvent[]; // to be sent to it, in order
  isConnected: boolean;
  newest: MadeEvent | null; // what it was sent last
  doing: MadeOperation | null;
  retry: Asked | null; // a send that nobody answered
  written: string | null; // the position of what it wrote or was sent last
};

export type MadeOperation = {
  readonly op: number;
  readonly device: MadeDevice;
  readonly asked: Asked;
  readonly isLost: boolean; // nobody hears the answer
  outcome: Outcome | null;
};

/** Who may be sent an event: those who are in it then, and those whom it takes out. */
export function audienceOf(
  conversation: MadeConversation,
  { line: { event } }: MadeEvent,
): readonly string[] {
  if (event.kind === 'marked' || event.kind === 'cleared') return [event.person];
  const isOwnStream = conversation.kind === 'channel' && event.kind !== 'sent';
  if (isOwnStream && (event.kind === 'joined' || event.kind === 'left')) return event.people;
  const members = [...conversation.people].flatMap(([who, place]) => (place.isMember ? who : []));
  const gone = event.kind === 'left' || event.kind === 'removed' ? event.people : [];
  return [...members, ...gone];
}

/** The next thing that waits for a device, as it is now; null: she may not see it any more. */
export function frameFor(
  device: MadeDevice,
  {
    made,
    conversation,
    atMs,
  }: {
    readonly made: MadeEvent;
    readonly conversation: MadeConversation;
    readonly atMs: number;
  },
): Frame | null {
  const { person, session } = device;
  const { line } = made;
  const { revision, position, event } = line;
  const at = { line: 'frame' as const, atMs, person, session, conversation: line.conversation };
  const frame = { ...at, revision, position };
  switch (event.kind) {
    case 'sent':
    case 'edited':
    case 'deleted': {
      const window = windowIn(conversation, person);
      const message = conversation.messages[event.number - 1];
      if (!message || !window || event.number < window.from) return null;
      return { ...frame, kind: event.kind, shown: seenBy(message) };
    }
    case 'started':
    case 'joined':
      return { ...frame, kind: 'members', joined: event.people };
    case 'left':
    case 'removed':
      return { ...frame, kind: 'members', left: event.people };
    default:
      return { ...frame, kind: 'other' };
  }
}

/** What lets a device go on from where it is: nothing is skipped, the newest may come again. */
export function reconnected(device: MadeDevice, atMs: number): HistoryLine {
  const { person, session, newest, waiting } = device;
  device.isConnected = true;
  const mayRepeat = newest !== null && waiting[0] !== newest && waiting.length % 2 === 0;
  if (mayRepeat) waiting.unshift(newest);
  return { line: 'connected', atMs, person, session, cursor: newest?.line.position ?? null };
}
