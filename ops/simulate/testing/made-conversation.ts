import type { ConversationKind, FinalLogEvent, InboxRow, SeenMessage } from '../history.ts';

/** An event of a made history; the log line of a message says nothing of its text. */
export type MadeEvent = { readonly line: FinalLogEvent; readonly text: string };

/** A conversation as a fold of its events: once as it is, once as the read models show it. */
export type MadeConversation = {
  readonly id: string;
  readonly kind: ConversationKind;
  readonly fromJoining: boolean;
  readonly messages: MadeMessage[];
  readonly people: Map<string, MadePlace>;
};

export type MadeMessage = {
  readonly number: number;
  readonly message: string;
  readonly author: string;
  readonly replyTo: number | null;
  text: string;
  isDeleted: boolean;
};

export type MadePlace = {
  isMember: boolean;
  from: number;
  upTo: number; // of who is no member
  joinedAt: number;
  delivered: number;
  read: number;
  own: number;
  cleared: number;
};

export function emptyConversation(
  of: Pick<MadeConversation, 'id' | 'kind' | 'fromJoining'>,
): MadeConversation {
  return { ...of, messages: [], people: new Map() };
}

export function fold(conversation: MadeConversation, { line: { event }, text }: MadeEvent): void {
  const { messages } = conversation;
  switch (event.kind) {
    case 'started':
    case 'joined':
      for (const person of event.people) come(conversation, person);
      return;
    case 'left':
    case 'removed':
      for (const person of event.people) go(conversation, person);
      return;
    case 'sent': {
      const { number, message, author, replyTo } = event;
      messages.push({ number, message, author, replyTo, text, isDeleted: false });
      placeIn(conversation, author).own = number;
      return;
    }
    case 'edited':
    case 'deleted': {
      const message = messages[event.number - 1];
      if (message && event.kind === 'edited') message.text = event.text;
      else if (message) message.isDeleted = true;
      return;
    }
    case 'marked':
      Object.assign(placeIn(conversation, event.person), {
        delivered: event.delivered,
        read: event.read,
      });
      return;
    case 'cleared':
      placeIn(conversation, event.person).cleared = event.upTo;
      return;
    default:
      return;
  }
}

export function placeIn({ people }: MadeConversation, person: string): MadePlace {
  const found = people.get(person);
  if (found !== undefined) return found;
  const marks = { delivered: 0, read: 0, own: 0, cleared: 0 };
  const place: MadePlace = { isMember: false, from: 1, upTo: 0, joinedAt: 0, ...marks };
  people.set(person, place);
  return place;
}

/** The first and last number that somebody may see; null: nothing. */
export function windowIn(
  { messages, people }: MadeConversation,
  person: string,
): { readonly from: number; readonly to: number } | null {
  const place = people.get(person);
  if (place === undefined) return null;
  const from = Math.max(place.from, place.cleared + 1);
  const to = place.isMember ? messages.length : place.upTo;
  return from > to ? null : { from, to };
}

export function seenBy(message: MadeMessage): SeenMessage {
  const { number, message: id, author, replyTo, text, isDeleted } = message;
  if (isDeleted) return { number, message: null, author, state: 'deleted', text: null, replyTo };
  return { number, message: id, author, state: 'present', text, replyTo };
}

export function stretch(
  { messages }: MadeConversation,
  from: number,
  to: number,
): readonly SeenMessage[] {
  return messages.slice(from - 1, to).map(seenBy);
}

export function inboxRowOf(conversation: MadeConversation, person: string): InboxRow {
  const { messages, id } = conversation;
  const { read: marked, own, delivered, cleared, joinedAt, from } = placeIn(conversation, person);
  const last = messages.length;
  const read = Math.max(marked, own);
  const since = Math.max(read, cleared, joinedAt, from - 1);
  const unread = messages.slice(since).filter(({ isDeleted }) => !isDeleted).length;
  return { conversation: id, last, delivered: Math.max(delivered, read), read, unread };
}

function come(conversation: MadeConversation, person: string): void {
  const last = conversation.messages.length;
  const place = placeIn(conversation, person);
  place.isMember = true;
  place.joinedAt = last;
  place.from = conversation.fromJoining ? last + 1 : 1;
}

function go(conversation: MadeConversation, person: string): void {
  const place = placeIn(conversation, person);
  place.isMember = false;
  place.upTo = conversation.messages.length;
}
