import type { ConversationId, UserId } from '../../domain/ids.ts';
import type { ParleyEvent } from '../../domain/recorded.ts';
import type { MemberView } from '../../projections/conversation-details/view.ts';
import type { MessageView } from '../../projections/timeline/view.ts';
import { encodeCursor } from '../../schemas/graphql/cursor.ts';
import { encodeNodeId } from '../../schemas/graphql/node-id.ts';
import type { Happening } from './happening.ts';
import type { LiveReads, MemberKey, MessageKey } from './live-reads.ts';
import { memberKey, messageKey } from './live-reads.ts';
import type { FrameFacts } from './scope.ts';

/** What a document is executed on: the value of the subscription's `events` field. */
export type LiveRoot = {
  readonly typeName: string;
  readonly source: object;
  readonly facts: FrameFacts;
};

const noFacts: FrameFacts = { author: null, replyTo: null, fresh: false, subject: null };

/**
 * Roots of happenings as one viewer sees them now, the objects read set-wise; null where nothing is
 * left to show her (a message that she cleared or hid, a conversation she cannot see).
 */
export async function rootsFor(
  viewer: UserId,
  happenings: readonly Happening[],
  reads: LiveReads,
): Promise<readonly (LiveRoot | null)[]> {
  const conversationIds = idsOf(happenings, 'ConversationChanged');
  const [messages, conversations, members, participations, people] = await Promise.all([
    reads.messages(viewer, happenings.flatMap(messageOf)),
    reads.conversations(conversationIds),
    reads.members(happenings.flatMap(membersIn)),
    reads.participations(viewer, idsOf(happenings, 'ParticipationChanged')),
    reads.people(happenings.flatMap(profileOf)),
  ]);
  const member = (key: MemberKey): MemberView[] => {
    const found = members.get(memberKey(key));
    return found ? [found] : [];
  };
  return happenings.map((happening) => {
    const { conversationId, typeName, person } = happening;
    const base = sourceOf(happening);
    if (typeName === 'ProfileChanged') {
      const found = person && people.get(person);
      return found ? { typeName, facts: noFacts, source: { ...base, person: found } } : null;
    }
    if (conversationId === null) return null;
    if (happening.number !== null && typeName !== 'ConversationChanged') {
      const message = messages.get(messageKey({ conversationId, number: happening.number }));
      return message ? messageRoot(typeName, base, message) : null;
    }
    if (typeName === 'ConversationChanged') {
      const conversation = conversations.get(conversationId);
      return conversation ? { typeName, facts: noFacts, source: { ...base, conversation } } : null;
    }
    if (typeName === 'ParticipationChanged') {
      const my = participations.get(conversationId);
      return my ? { typeName, facts: noFacts, source: { ...base, my } } : null;
    }
    if (typeName === 'MarksMoved') {
      const [moved] = person ? member({ conversationId, userId: person }) : [];
      if (!moved) return null;
      return {
        typeName,
        facts: { ...noFacts, subject: person },
        source: { ...base, member: moved },
      };
    }
    const inRoom = (users: readonly UserId[]) =>
      users.flatMap((userId) => member({ conversationId, userId }));
    const source = { ...base, joined: inRoom(happening.joined), left: inRoom(happening.left) };
    return { typeName, facts: noFacts, source };
  });
}

/** A message just sent needs no reading: the event says it all. */
export function sentRoot(recorded: ParleyEvent, happening: Happening): LiveRoot | null {
  if (recorded.category !== 'conversation' || recorded.event.type !== 'message-sent') return null;
  const { event, conversationId } = recorded;
  const message: MessageView = {
    conversationId,
    number: event.number,
    author: event.author,
    clientId: event.clientId,
    form: event.form,
    text: event.text,
    deleted: false,
    replyTo: event.replyTo ?? null,
    sentAtMs: event.claimedAtMs ?? event.atMs,
    editedAtMs: null,
    reactions: [],
  };
  const root = messageRoot('MessageSent', sourceOf(happening), message);
  return { ...root, facts: { ...root.facts, fresh: true } };
}

export function typingRoot(
  typing: {
    readonly conversationId: ConversationId;
    readonly userId: UserId;
    readonly untilMs: number;
  },
  nowMs: number,
): LiveRoot {
  const source = {
    __typename: 'Typing',
    at: new Date(nowMs),
    conversationId: encodeNodeId({ type: 'Conversation', conversationId: typing.conversationId }),
    personId: encodeNodeId({ type: 'Person', userId: typing.userId }),
    untilMs: Math.max(0, typing.untilMs - nowMs),
  };
  return { typeName: 'Typing', source, facts: noFacts };
}

export function progressRoot(position: bigint, nowMs: number): LiveRoot {
  const source = { __typename: 'Progress', at: new Date(nowMs), cursor: encodeCursor(position) };
  return { typeName: 'Progress', source, facts: noFacts };
}

function messageRoot(typeName: string, base: object, message: MessageView): LiveRoot {
  const { author, replyTo } = message;
  const facts = { author, replyTo, fresh: false, subject: null };
  return { typeName, facts, source: { ...base, message } };
}

function sourceOf({ typeName, atMs, position, conversationId, revision }: Happening): object {
  return {
    __typename: typeName,
    at: new Date(atMs),
    position: position.toString(),
    ...(conversationId && {
      conversationId: encodeNodeId({ type: 'Conversation', conversationId }),
    }),
    revision,
  };
}

function idsOf(happenings: readonly Happening[], typeName: string): ConversationId[] {
  const ids = happenings.flatMap((happening) =>
    happening.typeName === typeName && happening.conversationId ? [happening.conversationId] : [],
  );
  return [...new Set(ids)];
}

function messageOf({ typeName, conversationId, number }: Happening): MessageKey[] {
  if (typeName === 'ConversationChanged') return [];
  return conversationId !== null && number !== null ? [{ conversationId, number }] : [];
}

function membersIn({ typeName, conversationId, joined, left, person }: Happening): MemberKey[] {
  if (conversationId === null) return [];
  const marked = typeName === 'MarksMoved' && person ? [person] : [];
  return [...joined, ...left, ...marked].map((userId) => ({ conversationId, userId }));
}

function profileOf({ typeName, person }: Happening): UserId[] {
  return typeName === 'ProfileChanged' && person ? [person] : [];
}
