import type { ConversationKind, FinalLogEvent, LogEvent } from '../history.ts';

/** What the log says at the end, folded: the measure for every reader. */
export type Truth = {
  readonly conversations: ReadonlyMap<string, TrueConversation>;
  readonly events: number;
};

export type TrueConversation = {
  kind: ConversationKind;
  fromJoining: boolean; // who comes sees nothing of what was said before
  lastNumber: number;
  lastRevision: number; // of the conversation's own stream, as far as it was told
  readonly deleted: number[]; // ascending, as numbers, once all is told
  readonly edits: Map<number, string[]>;
  readonly people: Map<string, TruePlace>;
};

export type TruePlace = {
  readonly stays: Stay[];
  delivered: number;
  read: number;
  own: number; // the last number she sent
  cleared: number;
};

/** From coming to going, with what she may see of it. */
export type Stay = {
  readonly joinedAt: number; // last number before
  readonly seesFrom: number;
  readonly fromRevision: number;
  upTo: number; // infinite while she is there
  upToRevision: number;
};

export type TruthKeeper = { take(line: FinalLogEvent): void; readonly truth: Truth };

export function openTruth(): TruthKeeper {
  const conversations = new Map<string, TrueConversation>();
  let events = 0;
  return {
    take: (line) => {
      events += 1;
      apply(conversationIn(conversations, line.conversation), line);
    },
    truth: {
      conversations,
      get events() {
        return events;
      },
    },
  };
}

export function truePlaceIn({ people }: TrueConversation, person: string): TruePlace {
  const found = people.get(person);
  if (found !== undefined) return found;
  const place: TruePlace = { stays: [], delivered: 0, read: 0, own: 0, cleared: 0 };
  people.set(person, place);
  return place;
}

/** The numbers she may see now; null: nothing, she never was there. */
export function windowOf(place: TruePlace | undefined): { from: number; to: number } | null {
  const stay = place?.stays.at(-1);
  if (place === undefined || stay === undefined) return null;
  return { from: Math.max(stay.seesFrom, place.cleared + 1), to: stay.upTo };
}

export function isMember(place: TruePlace | undefined): boolean {
  return place?.stays.at(-1)?.upTo === Number.POSITIVE_INFINITY;
}

function conversationIn(
  conversations: Map<string, TrueConversation>,
  id: string,
): TrueConversation {
  const found = conversations.get(id);
  if (found !== undefined) return found;
  const conversation: TrueConversation = {
    kind: 'group',
    fromJoining: false,
    lastNumber: 0,
    lastRevision: -1,
    deleted: [],
    edits: new Map(),
    people: new Map(),
  };
  conversations.set(id, conversation);
  return conversation;
}

function apply(of: TrueConversation, { event, revision }: FinalLogEvent): void {
  switch (event.kind) {
    case 'started':
      of.kind = event.conversationKind;
      of.fromJoining = event.historyVisible === 'from-joining';
      for (const person of event.people) come({ of, person, revision });
      return;
    case 'joined':
      for (const person of event.people) come({ of, person, revision });
      return;
    case 'left':
    case 'removed':
      for (const person of event.people) go({ of, person, revision });
      return;
    case 'sent':
      of.lastNumber = Math.max(of.lastNumber, event.number);
      of.lastRevision = revision;
      truePlaceIn(of, event.author).own = event.number;
      return;
    default:
      amend(of, event);
  }
}

function amend(of: TrueConversation, event: LogEvent): void {
  if (event.kind === 'edited') {
    of.edits.set(event.number, [...(of.edits.get(event.number) ?? []), event.text]);
  } else if (event.kind === 'deleted') {
    insertAscending(of.deleted, event.number);
  } else if (event.kind === 'marked') {
    const place = truePlaceIn(of, event.person);
    place.delivered = Math.max(place.delivered, event.delivered);
    place.read = Math.max(place.read, event.read);
  } else if (event.kind === 'cleared') {
    const place = truePlaceIn(of, event.person);
    place.cleared = Math.max(place.cleared, event.upTo);
  }
}

type Move = {
  readonly of: TrueConversation;
  readonly person: string;
  readonly revision: number;
};

function come({ of, person, revision }: Move): void {
  const place = truePlaceIn(of, person);
  if (isMember(place)) return;
  place.stays.push({
    joinedAt: of.lastNumber,
    seesFrom: of.fromJoining ? of.lastNumber + 1 : 1,
    fromRevision: revision,
    upTo: Number.POSITIVE_INFINITY,
    upToRevision: Number.POSITIVE_INFINITY,
  });
}

function go({ of, person, revision }: Move): void {
  const stay = truePlaceIn(of, person).stays.at(-1);
  if (stay === undefined || stay.upTo !== Number.POSITIVE_INFINITY) return;
  stay.upTo = of.lastNumber;
  stay.upToRevision = revision;
}

function insertAscending(numbers: number[], number: number): void {
  let at = numbers.length;
  while (at > 0 && (numbers[at - 1] ?? 0) > number) at -= 1;
  if (numbers[at - 1] !== number) numbers.splice(at, 0, number);
}
